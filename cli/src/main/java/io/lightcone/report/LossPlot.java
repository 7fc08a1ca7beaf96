// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.Png;
import io.lightcone.UserException;
import io.lightcone.diffusion.Prediction;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws a picture of how the loss fell. */
public final class LossPlot {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 480;

    private LossPlot() {}

    /** A point of a curve: the loss at a training step. */
    public record Point(long step, double loss) {}

    /**
     * Tries to draw text, as a plot has to; worth doing before work that ends in one, since a server may have no fonts.
     *
     * @throws UserException if Java finds no font
     */
    public static void requireFonts() {
        requireFonts(() -> new Font(Font.SANS_SERIF, Font.PLAIN, 12)
                .createGlyphVector(new FontRenderContext(null, true, true), "loss 0123456789")
                .getNumGlyphs());
    }

    static void requireFonts(Runnable probe) {
        try {
            probe.run();
        } catch (RuntimeException | LinkageError | InternalError e) {
            throw new UserException(
                    "this machine has no fonts that Java can draw with; install fontconfig and a font (on Debian and"
                            + " Ubuntu: apt install fontconfig fonts-dejavu-core)",
                    e);
        }
    }

    /**
     * Writes a PNG with both curves over the steps, the loss on a logarithmic scale.
     *
     * @param predicted what the loss is the error of
     * @throws UserException if the file cannot be written
     */
    static void write(Path file, Prediction predicted, List<Point> training, List<Point> validation) {
        ReportFiles.write(file, Png.of(image(chart(predicted, training, validation))));
    }

    static XYChart chart(Prediction predicted, List<Point> training, List<Point> validation) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Loss")
                .xAxisTitle("step")
                .yAxisTitle("mean squared error of " + name(predicted))
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmicDecadeOnly(false); // a loss may stay within one decade
        chart.getStyler().setYAxisTickLabelsFormattingFunction(LossPlot::label);
        add(chart, "training", training, false);
        add(chart, "validation (moving average of the weights)", validation, true);
        return chart;
    }

    /** Labels 1, 2, 3 and 5 of each decade: the others would lie one over the other. */
    static String label(double loss) {
        BigDecimal rounded = new BigDecimal(loss).round(new MathContext(1));
        return "1235".contains(rounded.unscaledValue().toString())
                ? rounded.stripTrailingZeros().toPlainString()
                : " ";
    }

    private static String name(Prediction predicted) {
        return switch (predicted) {
            case X0 -> "the clean frame";
            case EPSILON -> "the noise";
            case V -> "v";
            case VELOCITY -> "the velocity";
        };
    }

    private static BufferedImage image(XYChart chart) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        chart.paint(graphics, WIDTH, HEIGHT);
        graphics.dispose();
        return image;
    }

    private static void add(XYChart chart, String name, List<Point> points, boolean marked) {
        List<Point> plottable = points.stream()
                .filter(point -> Double.isFinite(point.loss) && point.loss > 0)
                .toList();
        if (plottable.isEmpty()) {
            return;
        }
        chart.addSeries(
                        name,
                        plottable.stream().mapToDouble(Point::step).toArray(),
                        plottable.stream().mapToDouble(Point::loss).toArray())
                .setMarker(marked ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    }
}
