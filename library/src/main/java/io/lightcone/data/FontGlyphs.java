// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.UserException;
import java.awt.Font;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Draws digits from the machine's bold serif, sans-serif and monospaced fonts, with random scale and slant. */
final class FontGlyphs implements GlyphSource {
    private static final String[] FAMILIES = {Font.SANS_SERIF, Font.SERIF, Font.MONOSPACED};
    private static final int DIGITS = 10;
    private static final double LARGEST_SLANT = 0.3;
    private static final double SMALLEST_SCALE = 0.85;

    /**
     * Checks that fonts can be drawn.
     *
     * @throws UserException if the JDK finds none, as on servers without fontconfig
     */
    FontGlyphs() {
        try {
            outline(Font.SANS_SERIF, 0);
        } catch (RuntimeException | LinkageError | InternalError e) {
            throw new UserException(
                    "this machine has no fonts that Java can draw digits with; install fontconfig and a font (such as"
                            + " fonts-dejavu-core), or give a folder with MNIST's idx files as data.digits",
                    e);
        }
    }

    private static Shape outline(String family, int label) {
        return new Font(family, Font.BOLD, 64)
                .createGlyphVector(new FontRenderContext(null, true, true), Integer.toString(label))
                .getOutline();
    }

    @Override
    public Glyph draw(RandomGenerator random, double size, boolean heldOut) {
        int label = random.nextInt(DIGITS);
        String family = FAMILIES[random.nextInt(FAMILIES.length)];
        double slant = random.nextDouble(-LARGEST_SLANT, LARGEST_SLANT);
        double height = size * random.nextDouble(SMALLEST_SCALE, 1);

        Shape outline = outline(family, label);
        Shape slanted = AffineTransform.getShearInstance(-slant, 0).createTransformedShape(outline);
        Rectangle2D ink = slanted.getBounds2D();
        double scale = height / ink.getHeight();
        AffineTransform toOrigin = AffineTransform.getScaleInstance(scale, scale);
        toOrigin.translate(-ink.getX(), -ink.getY());
        Shape shape = toOrigin.createTransformedShape(slanted);
        return new Glyph(label, ink.getWidth() * scale, height, graphics -> graphics.fill(shape));
    }

    @Override
    public int largestLabel() {
        return DIGITS - 1;
    }

    @Override
    public String description() {
        return "fonts";
    }

    /** Returns a hash of the outlines: the same families are other fonts on another machine. */
    @Override
    public String hash() {
        StringBuilder text = new StringBuilder();
        double[] points = new double[6];
        for (String family : FAMILIES) {
            for (int label = 0; label < DIGITS; label++) {
                PathIterator path = outline(family, label).getPathIterator(null);
                for (; !path.isDone(); path.next()) {
                    Arrays.fill(points, 0); // currentSegment sets only the points that the segment has.
                    text.append(path.currentSegment(points)).append(Arrays.toString(points));
                }
            }
        }
        return HexFormat.of().formatHex(Hashes.sha256(text.toString()));
    }
}
