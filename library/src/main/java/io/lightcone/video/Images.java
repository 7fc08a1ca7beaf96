// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/** Converts packed bytes (H, W, C) to Java's images and back, and enlarges frames without a filter. */
final class Images {
    private Images() {}

    /** Returns the bytes H, W, C of an image, without Java's conversion of grey images from linear light. */
    static byte[] pixels(BufferedImage image, int channels) {
        int height = image.getHeight();
        int width = image.getWidth();
        boolean grey = channels(image) == 1;
        byte[] pixels = new byte[height * width * channels];
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            if (grey) {
                image.getRaster().getSamples(0, y, width, 1, 0, row);
            } else {
                image.getRGB(0, y, width, 1, row, 0, width);
            }
            for (int x = 0; x < width; x++) {
                put(pixels, (y * width + x) * channels, channels, grey ? row[x] * 0x010101 : row[x]);
            }
        }
        return pixels;
    }

    private static void put(byte[] pixels, int at, int channels, int rgb) {
        int red = rgb >> 16 & 255;
        int green = rgb >> 8 & 255;
        int blue = rgb & 255;
        if (channels == 3) {
            pixels[at] = (byte) red;
            pixels[at + 1] = (byte) green;
            pixels[at + 2] = (byte) blue;
        } else {
            // BT.601 luma in 16-bit fixed point; the weights sum to 65536, so grey stays what it is.
            pixels[at] = (byte) ((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16);
        }
    }

    /** Returns 1 for an image of Java's 8-bit grey type, otherwise 3. */
    static int channels(BufferedImage image) {
        return image.getType() == BufferedImage.TYPE_BYTE_GRAY ? 1 : 3;
    }

    /** Returns an image from the bytes H, W, C that begin at {@code offset}. */
    static BufferedImage image(byte[] pixels, int offset, int height, int width, int channels) {
        BufferedImage image = new BufferedImage(
                width, height, channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
        byte[] target = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        if (channels == 1) {
            System.arraycopy(pixels, offset, target, 0, target.length);
            return image;
        }
        for (int i = 0; i < target.length; i += 3) {
            target[i] = pixels[offset + i + 2];
            target[i + 1] = pixels[offset + i + 1];
            target[i + 2] = pixels[offset + i];
        }
        return image;
    }

    /**
     * Repeats every pixel {@code scale} times in both directions, then repeats the last row and column until the frame
     * measures {@code toHeight} x {@code toWidth}.
     */
    static byte[] enlarge(byte[] pixels, int height, int width, int channels, int scale, int toHeight, int toWidth) {
        if (toHeight == height && toWidth == width) {
            return pixels;
        }
        byte[] result = new byte[toHeight * toWidth * channels];
        for (int y = 0; y < toHeight; y++) {
            int row = Math.min(y / scale, height - 1) * width;
            for (int x = 0; x < toWidth; x++) {
                int from = (row + Math.min(x / scale, width - 1)) * channels;
                System.arraycopy(pixels, from, result, (y * toWidth + x) * channels, channels);
            }
        }
        return result;
    }
}
