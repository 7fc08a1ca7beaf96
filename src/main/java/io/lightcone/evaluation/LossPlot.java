// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.UserException;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A picture of how the loss fell. */
public final class LossPlot {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 480;

    private LossPlot() {}

    /** A point of a curve. */
    public record Point(long step, double loss) {}

    /**
     * Tries to draw text, as a plot has to. Worth doing before work that is to end in one: a server may have no fonts.
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
     * @throws UserException if the file cannot be written
     */
    public static void write(Path file, List<Point> training, List<Point> validation) {
        ReportFiles.write(file, png(chart(training, validation)));
    }

    private static XYChart chart(List<Point> training, List<Point> validation) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Loss")
                .xAxisTitle("step")
                .yAxisTitle("mean squared error of the velocity")
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
        chart.getStyler().setYAxisLogarithmic(true);
        add(chart, "training", training, false);
        add(chart, "validation (moving average of the weights)", validation, true);
        return chart;
    }

    /**
     * In memory, which Java's own ways to a file are no match for: one prints a stack trace where there is no room or
     * permission, the other refuses to work after Ctrl-C.
     */
    private static byte[] png(XYChart chart) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        chart.paint(graphics, WIDTH, HEIGHT);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image, "png", stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
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
