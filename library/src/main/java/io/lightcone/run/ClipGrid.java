// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.video.Clip;
import io.lightcone.video.VideoWriter;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/**
 * A video that shows clips side by side, all playing at once: a column for each clip, a row for the truth and for each
 * continuation of it. A frame that was given is framed in orange, a generated one in blue, in every row but the
 * truth's.
 *
 * @param rows lists of clips of one shape, all rows equally long; the first row is the truth
 * @param given frames at the front that were given
 */
public record ClipGrid(List<List<Clip>> rows, int given) {
    private static final int CELL = 128;
    private static final int BORDER = 3;
    private static final int GAP = 5;
    private static final Color BACKGROUND = new Color(24, 24, 28);
    private static final Color TRUTH = new Color(90, 90, 96);
    private static final Color GIVEN = new Color(255, 150, 40);
    private static final Color GENERATED = new Color(60, 140, 255);

    /** Returns the number of frames of the clips. */
    public int frames() {
        return rows.get(0).get(0).frames();
    }

    /** Draws the whole grid at one frame, every clip enlarged by a whole number. */
    public BufferedImage image(int frame) {
        Clip first = rows.get(0).get(0);
        int scale = Math.max(1, CELL / Math.max(first.height(), first.width()));
        int width = first.width() * scale + 2 * BORDER + GAP;
        int height = first.height() * scale + 2 * BORDER + GAP;
        BufferedImage image = new BufferedImage(
                rows.get(0).size() * width + GAP, rows.size() * height + GAP, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(BACKGROUND);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < rows.get(row).size(); column++) {
                Clip clip = rows.get(row).get(column);
                int x = GAP + column * width;
                int y = GAP + row * height;
                graphics.setColor(row == 0 ? TRUTH : frame < given ? GIVEN : GENERATED);
                graphics.fillRect(x, y, width - GAP, height - GAP);
                graphics.drawImage(
                        colour(clip, frame), x + BORDER, y + BORDER, clip.width() * scale, clip.height() * scale, null);
            }
        }
        graphics.dispose();
        return image;
    }

    /** Draws one frame of a clip in colour, because Java2D takes grey images for linear light and brightens them. */
    private static BufferedImage colour(Clip clip, int frame) {
        if (clip.channels() == 3) {
            return clip.image(frame);
        }
        int[] grey = clip.image(frame).getRaster().getPixels(0, 0, clip.width(), clip.height(), (int[]) null);
        BufferedImage image = new BufferedImage(clip.width(), clip.height(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < grey.length; i++) {
            image.setRGB(i % clip.width(), i / clip.width(), grey[i] * 0x010101);
        }
        return image;
    }

    /** Writes the grid as a video; the ending of {@code file} picks the format. */
    public void write(Path file, double framesPerSecond) {
        try (VideoWriter writer = VideoWriter.open(file, framesPerSecond, 1)) {
            for (int frame = 0; frame < frames(); frame++) {
                writer.add(image(frame));
            }
            writer.finish();
        }
    }
}
