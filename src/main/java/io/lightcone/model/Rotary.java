// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Grid;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Rotary positions (RoFormer, arXiv 2104.09864) along three axes: the channels of a head are split over frame, row and
 * column, and each pair of channels turns by its position times a frequency. All branches share one geometry: coordinates
 * count full-resolution tokens, and a mean of tokens stands at their mean position.
 *
 * <p>Scores depend only on differences of positions, so a clip may start at any frame.
 *
 * <p>Shapes: B batch, T frames, S tokens of a frame in a branch, P 2 for queries and keys, K heads, D channels of a head.
 */
final class Rotary {
    /**
     * The slowest frequency is about one over the base. Frames have tens of tokens along a side, not thousands: with the
     * usual 10,000 most pairs would hardly turn within a frame.
     */
    private static final double SPATIAL_BASE = 100;

    private static final double TEMPORAL_BASE = 1_000;
    private static final int CACHED = 16;

    private record Key(Grid grid, int down, ScalarType type, String device) {}

    private final int headWidth;
    private final Map<Key, Tensor> turns = new LinkedHashMap<>(CACHED, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Tensor> eldest) {
            if (size() > CACHED) {
                eldest.getValue().close();
            }
            return size() > CACHED;
        }
    };

    Rotary(int headWidth) {
        this.headWidth = headWidth;
    }

    /**
     * Turns queries and keys.
     *
     * @param qk_BTSPKD queries and keys of a clip whose full-resolution tokens are {@code grid}
     * @param down the down factor of the branch
     */
    Tensor turn(Tensor qk_BTSPKD, Grid grid, int down) {
        Key key = new Key(
                grid, down, Tensors.type(qk_BTSPKD), qk_BTSPKD.device().str().getString());
        Tensor turns_TS11E;
        synchronized (turns) {
            turns_TS11E = turns.computeIfAbsent(key, k -> Scopes.unscoped(() -> table(k, qk_BTSPKD.device())));
        }
        long[] pairs = qk_BTSPKD.shape();
        long[] complex = java.util.Arrays.copyOf(pairs, pairs.length + 1);
        complex[pairs.length - 1] = headWidth / 2;
        complex[pairs.length] = 2;
        Tensor turned = torch.view_as_complex(qk_BTSPKD.reshape(complex)).mul(turns_TS11E);
        return torch.view_as_real(turned).view(pairs);
    }

    /** [T, S, 1, 1, D/2], complex: e^(i * position * frequency). */
    private Tensor table(Key key, Device device) {
        Grid cells = key.grid.pooled(key.down);
        int half = headWidth / 2;
        double[] parts = new double[cells.tokens() * half * 2];
        int at = 0;
        for (int t = 0; t < cells.frames(); t++) {
            for (int row = 0; row < cells.height(); row++) {
                double y = centre(row, key.grid.height(), key.down);
                for (int column = 0; column < cells.width(); column++) {
                    double x = centre(column, key.grid.width(), key.down);
                    for (int pair = 0; pair < half; pair++) {
                        double angle = angle(pair, t, y, x);
                        parts[at++] = Math.cos(angle);
                        parts[at++] = Math.sin(angle);
                    }
                }
            }
        }
        Tensor table = Tensors.of(parts, cells.frames(), cells.tokensPerFrame(), 1, 1, half, 2);
        return torch.view_as_complex(table.to(device, key.type));
    }

    /** Of the pairs of a head, three eighths each turn with row and column, the rest with the frame. */
    private double angle(int pair, double t, double y, double x) {
        int half = headWidth / 2;
        int spatial = half * 3 / 8;
        int temporal = half - 2 * spatial;
        if (pair < temporal) {
            return t * frequency(TEMPORAL_BASE, pair, temporal);
        }
        int rest = pair - temporal;
        return rest < spatial
                ? y * frequency(SPATIAL_BASE, rest, spatial)
                : x * frequency(SPATIAL_BASE, rest - spatial, spatial);
    }

    private static double frequency(double base, int index, int count) {
        return Math.pow(base, -(double) index / count);
    }

    /** The mean coordinate of the tokens in cell {@code cell}; the last cell may hold fewer than {@code down}. */
    static double centre(int cell, int length, int down) {
        int members = Math.min(down, length - cell * down);
        return cell * down + (members - 1) / 2.0;
    }
}
