// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.Random;

/** Damages pictures as models do: slightly, as good ones do, or so that they show no state any more. */
final class Damage {
    private static final int SIZE = World.SIZE;
    private static final int CHANNELS = World.CHANNELS;

    private Damage() {}

    /** Blurs by a Gaussian with a deviation of so many pixels. */
    static byte[] blurred(byte[] picture, double deviation) {
        return along(along(picture, deviation, CHANNELS), deviation, SIZE * CHANNELS);
    }

    private static byte[] along(byte[] picture, double deviation, int stride) {
        int reach = (int) Math.ceil(3 * deviation);
        byte[] result = new byte[picture.length];
        for (int p = 0; p < picture.length; p++) {
            int place = p / stride % SIZE;
            double sum = 0;
            double weights = 0;
            for (int k = -reach; k <= reach; k++) {
                int other = Math.max(0, Math.min(SIZE - 1, place + k));
                double weight = Math.exp(-k * k / (2 * deviation * deviation));
                sum += weight * (picture[p + (other - place) * stride] & 0xff);
                weights += weight;
            }
            result[p] = (byte) Math.round(sum / weights);
        }
        return result;
    }

    /** Adds noise with a deviation of so many grey values, and rounds. */
    static byte[] noisy(byte[] picture, double deviation, Random random) {
        byte[] result = new byte[picture.length];
        for (int p = 0; p < picture.length; p++) {
            double value = (picture[p] & 0xff) + deviation * random.nextGaussian();
            result[p] = (byte) Math.round(Math.max(0, Math.min(255, value)));
        }
        return result;
    }

    /** Fills the upper, lower, left or right half with the mean colour of the picture. */
    static byte[] halfErased(byte[] picture, Random random) {
        int[] means = new int[CHANNELS];
        for (int p = 0; p < picture.length; p++) {
            means[p % CHANNELS] += picture[p] & 0xff;
        }
        boolean columns = random.nextBoolean();
        boolean first = random.nextBoolean();
        byte[] result = picture.clone();
        for (int p = 0; p < picture.length; p++) {
            int place = p / (columns ? CHANNELS : SIZE * CHANNELS) % SIZE;
            if (place < SIZE / 2 == first) {
                result[p] = (byte) (means[p % CHANNELS] / (SIZE * SIZE));
            }
        }
        return result;
    }

    /** Averages two pictures. */
    static byte[] merged(byte[] one, byte[] other) {
        byte[] result = new byte[one.length];
        for (int p = 0; p < one.length; p++) {
            result[p] = (byte) (((one[p] & 0xff) + (other[p] & 0xff)) / 2);
        }
        return result;
    }
}
