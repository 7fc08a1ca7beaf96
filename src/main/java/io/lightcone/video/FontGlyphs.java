// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.UserException;
import java.awt.Font;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.util.random.RandomGenerator;

/** Digits from the machine's bold serif, sans-serif and monospaced fonts, with random scale and slant. */
final class FontGlyphs implements Glyphs {
    private static final String[] FAMILIES = {Font.SANS_SERIF, Font.SERIF, Font.MONOSPACED};
    private static final double LARGEST_SLANT = 0.3;
    private static final double SMALLEST_SCALE = 0.85;

    /**
     * Tries the fonts.
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
        int label = random.nextInt(10);
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
    public String description() {
        return "fonts";
    }
}
