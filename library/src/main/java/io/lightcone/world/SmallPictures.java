// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** An index of small pictures of one size, which finds those nearest to another. */
final class SmallPictures {
    /** The bytes after which a picture is given up if it is too far away already. */
    private static final int STRIDE = 48;

    private final byte[][] pictures;

    private SmallPictures(byte[][] pictures) {
        this.pictures = pictures;
    }

    static SmallPictures of(int count, IntFunction<byte[]> picture) {
        byte[][] pictures = new byte[count][];
        for (int i = 0; i < count; i++) {
            pictures[i] = picture.apply(i);
        }
        return new SmallPictures(pictures);
    }

    /** Returns the numbers of the {@code count} pictures that differ least, the nearest first. */
    List<Integer> nearest(byte[] wanted, int count) {
        int[] numbers = new int[count];
        long[] distances = new long[count];
        int found = 0;
        for (int i = 0; i < pictures.length; i++) {
            long most = found < count ? Long.MAX_VALUE : distances[count - 1];
            long distance = distance(pictures[i], wanted, most);
            if (distance < most) {
                int place = found < count ? found++ : count - 1;
                for (; place > 0 && distances[place - 1] > distance; place--) {
                    distances[place] = distances[place - 1];
                    numbers[place] = numbers[place - 1];
                }
                distances[place] = distance;
                numbers[place] = i;
            }
        }
        List<Integer> nearest = new ArrayList<>();
        for (int i = 0; i < found; i++) {
            nearest.add(numbers[i]);
        }
        return nearest;
    }

    /** Returns the sum of squared differences, or some number of at least {@code most} if it is that much. */
    private static long distance(byte[] one, byte[] other, long most) {
        int sum = 0;
        for (int from = 0; from < one.length && sum < most; from += STRIDE) {
            for (int i = from; i < Math.min(one.length, from + STRIDE); i++) {
                int difference = (one[i] & 0xff) - (other[i] & 0xff);
                sum += difference * difference;
            }
        }
        return sum;
    }
}
