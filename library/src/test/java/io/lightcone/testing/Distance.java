// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.testing;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Measures how far apart two results are, at the place where they are farthest. Processors round differently, so
 * whether computed numbers are equal says little of whether they mean the same; how far apart they are says it.
 */
public final class Distance {
    private Distance() {}

    public static double between(float[] a, float[] b) {
        return greatest(a.length, b.length, i -> (double) a[i] - b[i]);
    }

    /** Returns the distance between pixels of 0 to 255. */
    public static double between(byte[] a, byte[] b) {
        return greatest(a.length, b.length, i -> Byte.toUnsignedInt(a[i]) - Byte.toUnsignedInt(b[i]));
    }

    /** Returns the distance between samples of 0 to 255, whatever the kind of image. */
    public static double between(BufferedImage a, BufferedImage b) {
        int[] one = samples(a);
        int[] other = samples(b);
        return greatest(one.length, other.length, i -> one[i] - other[i]);
    }

    /** Returns the distance between the images of two files. */
    public static double between(Path a, Path b) throws IOException {
        return between(
                Objects.requireNonNull(ImageIO.read(a.toFile())), Objects.requireNonNull(ImageIO.read(b.toFile())));
    }

    private static int[] samples(BufferedImage image) {
        return image.getRaster().getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);
    }

    private static double greatest(int length, int otherLength, IntToDoubleFunction difference) {
        if (length != otherLength) {
            throw new AssertionError(
                    "results of %d and of %d numbers cannot be compared".formatted(length, otherLength));
        }
        return IntStream.range(0, length)
                .mapToDouble(difference)
                .map(Math::abs)
                .max()
                .orElse(0);
    }
}
