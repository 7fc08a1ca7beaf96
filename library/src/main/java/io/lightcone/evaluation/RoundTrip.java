// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.video.Clip;
import io.lightcone.world.World;
import java.util.Map;
import java.util.Optional;

/**
 * The difference of two frames of a world between which the player has gone away and come back, or turned around fully,
 * so that they should be the same (see {@link World#roundTrip}).
 *
 * @param psnr their peak signal-to-noise ratio in dB; 100 if they are equal
 * @param differences by how much what they show differs, by the world's measures; empty if one of them is not readable
 */
public record RoundTrip(double psnr, Map<String, Double> differences) {
    /** Compares frame {@code i} of one clip with frame {@code j} of another. */
    public static <S, V> RoundTrip of(World<S, V> world, Clip one, int i, Clip other, int j) {
        Optional<V> before = world.read(one.slice(i, 1).pixels());
        Optional<V> after = world.read(other.slice(j, 1).pixels());
        return new RoundTrip(
                Psnr.of(one, i, other, j),
                before.isPresent() && after.isPresent() ? world.differences(before.get(), after.get()) : Map.of());
    }
}
