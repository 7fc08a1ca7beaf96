// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;

/** A white sheet to draw figures on. Lengths are in points; a point is two pixels, so that figures stay sharp. */
final class Drawing {
    static final int PIXELS = 2;
    static final int MARGIN = 28;
    static final Color INK = new Color(0x1F2733);
    static final Color FAINT = new Color(0x6B7685);

    private static final FontRenderContext METRICS = new FontRenderContext(null, true, true);

    private final BufferedImage image;
    private final Graphics2D graphics;

    Drawing(double width, double height) {
        this.image = new BufferedImage(
                (int) Math.ceil(width * PIXELS), (int) Math.ceil(height * PIXELS), BufferedImage.TYPE_INT_RGB);
        this.graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(PIXELS, PIXELS);
        rectangle(0, 0, width + 1, height + 1, Color.WHITE);
    }

    /** Returns what has been drawn; nothing more can be. */
    BufferedImage finish() {
        graphics.dispose();
        return image;
    }

    /** Writes a figure's title and, below it, what it shows. */
    void heading(String title, String of) {
        text(title, MARGIN, MARGIN + 16, Font.BOLD, 19, INK);
        text(of, MARGIN, MARGIN + 37, Font.PLAIN, 12, FAINT);
    }

    void rectangle(double left, double top, double width, double height, Color colour) {
        fill(new Rectangle2D.Double(left, top, width, height), colour);
    }

    void fill(Shape shape, Color colour) {
        graphics.setColor(colour);
        graphics.fill(shape);
    }

    /** Draws along the edge of a shape. */
    void stroke(Shape shape, double thickness, Color colour) {
        graphics.setColor(colour);
        graphics.setStroke(new BasicStroke((float) thickness));
        graphics.draw(shape);
    }

    /** Draws along the edge of a shape, in dashes. */
    void dashes(Shape shape, double thickness, Color colour) {
        graphics.setColor(colour);
        graphics.setStroke(new BasicStroke(
                (float) thickness, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {4, 3}, 0));
        graphics.draw(shape);
    }

    /**
     * Fills a rectangle whose sides are whole numbers of pixels with the colours that a function gives, from its upper
     * left pixel.
     */
    void pixels(double left, double top, double width, double height, Pixels colour) {
        int columns = (int) Math.round(width * PIXELS);
        int rows = (int) Math.round(height * PIXELS);
        BufferedImage part = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                part.setRGB(x, y, colour.at(x, y).getRGB());
            }
        }
        image.getRaster().setRect((int) Math.round(left * PIXELS), (int) Math.round(top * PIXELS), part.getRaster());
    }

    /** Draws a picture into a square of {@code cell} points, which its longer side fills, without smoothing. */
    void picture(BufferedImage picture, double left, double top, double cell) {
        double scale = cell * PIXELS / Math.max(picture.getWidth(), picture.getHeight());
        pixels(
                left,
                top,
                picture.getWidth() * scale / PIXELS,
                picture.getHeight() * scale / PIXELS,
                (x, y) -> colour(picture, (int) (x / scale), (int) (y / scale)));
    }

    /** Returns the colour of a pixel; of grey images, which Java brightens when asked for colours, their own level. */
    private static Color colour(BufferedImage picture, int x, int y) {
        int column = Math.min(x, picture.getWidth() - 1);
        int line = Math.min(y, picture.getHeight() - 1);
        if (picture.getRaster().getNumBands() == 1) {
            int level = picture.getRaster().getSample(column, line, 0);
            return new Color(level, level, level);
        }
        return new Color(picture.getRGB(column, line));
    }

    /** Gives the colour of each pixel of a picture. */
    @FunctionalInterface
    interface Pixels {
        Color at(int x, int y);
    }

    void square(Color colour, double x, double baseline) {
        fill(new RoundRectangle2D.Double(x, baseline - 9, 10, 10, 2, 2), colour);
    }

    /** Writes an entry of a legend, and returns where the next one may begin. */
    double entry(String text, double x, double baseline) {
        text(text, x, baseline, Font.PLAIN, 11, FAINT);
        return x + width(text, Font.PLAIN, 11) + 18;
    }

    void text(String text, double x, double baseline, int style, int size, Color colour) {
        graphics.setFont(new Font(Font.SANS_SERIF, style, size));
        graphics.setColor(colour);
        graphics.drawString(text, (float) x, (float) baseline);
    }

    /** Writes a text with its middle at {@code x}. */
    void centred(String text, double x, double baseline, int size, Color colour) {
        text(text, x - width(text, Font.PLAIN, size) / 2, baseline, Font.PLAIN, size, colour);
    }

    /** Writes a text with its end at {@code x}. */
    void before(String text, double x, double baseline, int size, Color colour) {
        text(text, x - width(text, Font.PLAIN, size), baseline, Font.PLAIN, size, colour);
    }

    /** Returns the width of a text in points. */
    static double width(String text, int style, int size) {
        return new Font(Font.SANS_SERIF, style, size)
                .getStringBounds(text, METRICS)
                .getWidth();
    }

    /** Returns the colour at {@code share} of the way from one colour to another. */
    static Color mix(Color from, Color to, double share) {
        return new Color(
                (int) Math.round(from.getRed() + share * (to.getRed() - from.getRed())),
                (int) Math.round(from.getGreen() + share * (to.getGreen() - from.getGreen())),
                (int) Math.round(from.getBlue() + share * (to.getBlue() - from.getBlue())));
    }

    /**
     * Returns n, 1, 2 or 5 times a power of ten, such that labels fit at every n-th of {@code count} things along
     * {@code length}.
     */
    static int labelStep(long count, double length, double label) {
        for (int power = 1; ; power *= 10) {
            for (int step : new int[] {power, 2 * power, 5 * power}) {
                if (step * length / count >= label || step >= count) {
                    return step;
                }
            }
        }
    }
}
