// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** An index of small pictures of one size, which finds those nearest to another. */
final class SmallPictures {
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
            long distance = Fit.squares(pictures[i], wanted, most);
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
}
