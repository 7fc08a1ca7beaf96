// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.video.Clip;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/** Draws a contact sheet of a clip: its frames in rows, each enlarged, as in a book. */
public final class WorldFigure {
    private static final int GAP = 2;
    private static final Color BETWEEN = new Color(0x10, 0x12, 0x1c);

    private WorldFigure() {}

    /**
     * Draws a sheet.
     *
     * @param columns frames of a row
     * @param every which frames are shown: each {@code every}-th, beginning with the first
     * @param scale every pixel becomes a square of {@code scale * scale} pixels
     */
    public static BufferedImage sheet(Clip clip, int columns, int every, int scale) {
        int shown = (clip.frames() + every - 1) / every;
        int across = Math.min(columns, shown);
        int rows = (shown + across - 1) / across;
        int width = clip.width() * scale;
        int height = clip.height() * scale;
        BufferedImage sheet = new BufferedImage(
                across * (width + GAP * scale) + GAP * scale,
                rows * (height + GAP * scale) + GAP * scale,
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        graphics.setColor(BETWEEN);
        graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        for (int i = 0; i < shown; i++) {
            int x = GAP * scale + i % across * (width + GAP * scale);
            int y = GAP * scale + i / across * (height + GAP * scale);
            graphics.drawImage(clip.image(i * every), x, y, width, height, null);
        }
        graphics.dispose();
        return sheet;
    }
}
