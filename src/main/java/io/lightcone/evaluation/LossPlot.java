// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
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

    /** Writes a PNG with both curves over the steps, the loss on a logarithmic scale. */
    public static void write(Path file, List<Point> training, List<Point> validation) throws IOException {
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
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        chart.paint(graphics, WIDTH, HEIGHT);
        graphics.dispose();
        ImageIO.write(image, "png", file.toFile());
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
