// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Grid;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Rotates queries and keys by rotary positions (RoFormer, arXiv 2104.09864) along three axes: the channels of a head
 * are split over frame, row and column, and each pair of channels turns by its position times a frequency. All branches
 * share one geometry: coordinates count full-resolution tokens, and a mean of tokens stands at their mean position.
 *
 * <p>Scores depend only on differences of positions, so a clip may start at any frame: angles are computed in float64,
 * so a difference is as exact after millions of frames as after ten.
 *
 * <p>Shapes: B batch, T frames, S tokens of a frame in a branch, P 2 for queries and keys, K heads, D channels of a
 * head.
 */
final class Rotary implements AutoCloseable {
    /**
     * The base of the frequencies of rows and columns, of which the slowest is about one over the base. Frames have
     * tens of tokens along a side, not thousands: with the usual 10,000 most pairs would hardly turn within a frame.
     */
    private static final double SPATIAL_BASE = 100;

    private static final double TEMPORAL_BASE = 1_000;
    private static final int CACHED = 16;

    private record Key(Grid grid, int firstFrame, int down, ScalarType type, String device) {}

    private final int headWidth;
    /** The tables in use; the one that has been unused for longest is closed. */
    private final Map<Key, Tensor> tables = new LinkedHashMap<>(CACHED, 0.75f, true);

    Rotary(int headWidth) {
        this.headWidth = headWidth;
    }

    /**
     * Rotates queries and keys by their positions.
     *
     * @param qk_BTSPKD queries and keys of frames whose full-resolution tokens are {@code grid}
     * @param firstFrame position of the first of these frames in the video
     * @param down the down factor of the branch
     */
    Tensor turn(Tensor qk_BTSPKD, Grid grid, int firstFrame, int down) {
        Tensor turns_TS11E = table(qk_BTSPKD, grid, firstFrame, down);
        long[] pairs = qk_BTSPKD.shape();
        long[] complex = Arrays.copyOf(pairs, pairs.length + 1);
        complex[pairs.length - 1] = headWidth / 2;
        complex[pairs.length] = 2;
        Tensor turned = torch.view_as_complex(qk_BTSPKD.reshape(complex)).mul(turns_TS11E);
        return torch.view_as_real(turned).view(pairs);
    }

    /** Returns rotated keys as if they were of frames {@code frames} later, [B, K, S, D]. */
    Tensor later(Tensor k_BKSD, long frames) {
        int half = headWidth / 2;
        int temporal = half - 2 * (half * 3 / 8);
        double[] turns = new double[2 * half];
        for (int pair = 0; pair < half; pair++) {
            double angle = pair < temporal ? frames * frequency(TEMPORAL_BASE, pair, temporal) : 0;
            turns[2 * pair] = Math.cos(angle);
            turns[2 * pair + 1] = Math.sin(angle);
        }
        ScalarType type = Tensors.type(k_BKSD);
        ScalarType exact = type == ScalarType.BFloat16 ? ScalarType.Float : type; // complex numbers have no 16 bits
        Tensor turns_E = torch.view_as_complex(Tensors.of(turns, half, 2).to(k_BKSD.device(), exact));
        long[] pairs = k_BKSD.shape();
        long[] complex = Arrays.copyOf(pairs, pairs.length + 1);
        complex[pairs.length - 1] = half;
        complex[pairs.length] = 2;
        Tensor turned = torch.view_as_complex(k_BKSD.to(exact).reshape(complex)).mul(turns_E);
        return torch.view_as_real(turned).view(pairs).to(type);
    }

    private Tensor table(Tensor like, Grid grid, int firstFrame, int down) {
        Key key = new Key(
                grid, firstFrame, down, Tensors.type(like), like.device().str().getString());
        Tensor found = tables.get(key);
        if (found != null) {
            return found;
        }
        Tensor created = Scopes.unscoped(() -> Scopes.withoutGrad(() -> table(key, like.device())));
        tables.put(key, created);
        if (tables.size() > CACHED) {
            Key eldest = tables.keySet().iterator().next();
            tables.remove(eldest).close();
        }
        return created;
    }

    /**
     * Returns the complex factors e^(i * position * frequency), [T, S, 1, 1, D/2]. Of the pairs of a head, three
     * eighths each turn with row and column, the rest with the frame.
     */
    private Tensor table(Key key, Device device) {
        Grid cells = key.grid.pooled(key.down);
        int half = headWidth / 2;
        int spatial = half * 3 / 8;
        int temporal = half - 2 * spatial;
        double[] t = IntStream.range(0, cells.frames())
                .mapToDouble(frame -> (double) key.firstFrame + frame)
                .toArray();
        double[] y = centres(cells.height(), key.grid.height(), key.down);
        double[] x = centres(cells.width(), key.grid.width(), key.down);
        Tensor phases_Thwe2 = Tensors.cat(
                3,
                phases(t, temporal, TEMPORAL_BASE)
                        .view(t.length, 1, 1, temporal, 2)
                        .expand(t.length, y.length, x.length, temporal, 2),
                phases(y, spatial, SPATIAL_BASE)
                        .view(1, y.length, 1, spatial, 2)
                        .expand(t.length, y.length, x.length, spatial, 2),
                phases(x, spatial, SPATIAL_BASE)
                        .view(1, 1, x.length, spatial, 2)
                        .expand(t.length, y.length, x.length, spatial, 2));
        return torch.view_as_complex(phases_Thwe2
                .view(cells.frames(), cells.tokensPerFrame(), 1, 1, half, 2)
                .to(device, key.type));
    }

    /** Returns cosine and sine of the angle for each position and pair: float64, since positions may be large. */
    private static Tensor phases(double[] positions, int pairs, double base) {
        double[] parts = new double[positions.length * pairs * 2];
        int at = 0;
        for (double position : positions) {
            for (int pair = 0; pair < pairs; pair++) {
                double angle = position * frequency(base, pair, pairs);
                parts[at++] = Math.cos(angle);
                parts[at++] = Math.sin(angle);
            }
        }
        return Tensors.of(parts, parts.length);
    }

    private static double[] centres(int cells, int length, int down) {
        return IntStream.range(0, cells)
                .mapToDouble(cell -> centre(cell, length, down))
                .toArray();
    }

    private static double frequency(double base, int index, int count) {
        return Math.pow(base, -(double) index / count);
    }

    /**
     * Returns the mean coordinate of the tokens in cell {@code cell}; the last cell may hold fewer than {@code down}.
     */
    static double centre(int cell, int length, int down) {
        int members = Math.min(down, length - cell * down);
        return cell * down + (members - 1) / 2.0;
    }

    @Override
    public void close() {
        tables.values().forEach(Tensor::close);
        tables.clear();
    }
}
