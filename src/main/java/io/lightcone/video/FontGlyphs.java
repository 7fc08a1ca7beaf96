// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.awt.Font;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.util.random.RandomGenerator;

/** Digits from the machine's serif, sans-serif and monospaced fonts, plain and bold, with random scale and slant. */
final class FontGlyphs implements Glyphs {
    private static final String[] FAMILIES = {Font.SANS_SERIF, Font.SERIF, Font.MONOSPACED};
    private static final double LARGEST_SLANT = 0.3;
    private static final double SMALLEST_SCALE = 0.85;

    @Override
    public Glyph draw(RandomGenerator random, double size, boolean heldOut) {
        int label = random.nextInt(10);
        String family = FAMILIES[random.nextInt(FAMILIES.length)];
        int style = random.nextBoolean() ? Font.BOLD : Font.PLAIN;
        double slant = random.nextDouble(-LARGEST_SLANT, LARGEST_SLANT);
        double height = size * random.nextDouble(SMALLEST_SCALE, 1);

        Shape outline = new Font(family, style, 64)
                .createGlyphVector(new FontRenderContext(null, true, true), Integer.toString(label))
                .getOutline();
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
