// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import java.awt.Graphics2D;

/**
 * A digit that can be painted anywhere, between pixels too.
 *
 * @param label which digit, 0 to 9
 * @param width of its ink, in pixels
 * @param height of its ink, in pixels
 * @param painter paints the ink with its upper left corner at the origin
 */
record Glyph(int label, double width, double height, Painter painter) {
    /** Paints a digit in the current colour and transform. */
    @FunctionalInterface
    interface Painter {
        void paint(Graphics2D graphics);
    }
}
