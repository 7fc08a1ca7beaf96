// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lightcone.testing.Cases;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionCostTest {
    private static final int HEAD = 64;

    /**
     * Costs equal known counts, in G multiply-adds, of a clip T x side x side of width h, computed apart from this
     * code.
     */
    @ParameterizedTest
    @CsvSource({
        " 8, 16,  256, 5, 3, 2, 2,     1.75,  0.269,  0.080,  22",
        "16, 32,  512, 7, 4, 2, 4,   163,     9.01,   3.22,   52",
        "32, 32, 1024, 7, 4, 4, 4,  1271,    66.4,    4.36,  165",
        "16, 64, 1024, 9, 4, 4, 4,  4948,   140,     10.2,   209",
        "64, 64, 1024, 9, 8, 4, 4, 72568,   645,     66.6,   356"
    })
    void costsAreThoseOfTheTableOfKnownCounts(
            int frames,
            int side,
            int width,
            int window,
            int reach,
            int down,
            int stride,
            double dense,
            double high,
            double low,
            double ratio) {
        Grid grid = new Grid(frames, side, side);
        int heads = width / HEAD;
        Branch highBranch = new Branch(heads / 2, 1, window, reach, 1, KeyFrames.DILATED, LightCone.NONE);
        Branch lowBranch =
                new Branch(heads / 2, down, Branch.ALL, Branch.ALL, stride, KeyFrames.DILATED, LightCone.NONE);
        AttentionCost denseCost = AttentionCost.of(Branch.dense(heads), grid, width, HEAD);
        AttentionCost highCost = AttentionCost.of(highBranch, grid, width, HEAD);
        AttentionCost lowCost = AttentionCost.of(lowBranch, grid, width, HEAD);
        expect(denseCost.projections() + denseCost.useful(), dense);
        expect(highCost.projections() + highCost.useful(), high);
        expect(lowCost.projections() + lowCost.useful(), low);
        double found = (double) denseCost.useful() / (highCost.useful() + lowCost.useful());
        assertThat(found).isCloseTo(ratio, within(0.005 * ratio + 0.5));
    }

    /** Compares with the three digits that are known. */
    private static void expect(long multiplyAdds, double giga) {
        assertThat(multiplyAdds / 1e9).isCloseTo(giga, within(0.006 * giga));
    }

    @Test
    void tilesDoMoreThanTheDefinitionAsks() {
        Branch high = new Branch(4, 1, 7, 4, 1, KeyFrames.DILATED, LightCone.NONE);
        Grid grid = new Grid(16, 32, 32);
        AttentionCost cost = AttentionCost.of(high, grid, 512, HEAD);
        assertThat(cost.useful() / 1e9).isCloseTo(1.5, within(0.05));
        assertThat(cost.done()).isBetween(2 * cost.useful(), 5 * cost.useful());
        assertThat(cost.numbersMoved())
                .as("queries, keys, values, outcome; gathered keys with values written and read")
                .isEqualTo(4 * cost.tokens() * 256 + 4 * cost.gatheredKeys() * 256);
        List<TileRun> runs = TileRun.cut(new Neighbourhood(high, grid), new Tile(2, 8, 8));
        double done = runs.stream().mapToLong(run -> run.size().donePairs()).sum() * 2.0 * 256;
        assertThat(done / 1e9).isCloseTo(7.4, within(0.05));
        double copied = runs.stream().mapToLong(run -> run.size().copiedKeys()).sum();
        assertThat(copied / cost.tokens())
                .as("about 7.5, less at the first frames")
                .isBetween(6.5, 7.7);
    }

    @Test
    void wholeFramesAreReadInPlace() {
        PlanCost dense = PlanCost.of(Branch.dense(1), new Grid(2, 16, 16));
        assertThat(dense.copiedKeys()).isZero();
        PlanCost strided = PlanCost.of(
                new Branch(1, 1, Branch.ALL, Branch.ALL, 4, KeyFrames.DILATED, LightCone.NONE), new Grid(7, 8, 8));
        assertThat(strided.copiedKeys()).isZero();
        assertThat(strided.donePairs())
                .as("four residues, each filled up to two frames")
                .isBetween(4 * 3 * 64L * 64, 4 * 4 * 64L * 64);
    }

    @Test
    void pairsAreThoseOfTheDefinition() {
        Cases.check(300, draw -> {
            int frames = draw.between("frames", 1, 7);
            int height = draw.between("height", 1, 9);
            int width = draw.between("width", 1, 9);
            int down = draw.between("down", 1, 4);
            int window = draw.between("window", 0, 6);
            int reach = draw.between("reach", 0, 4);
            int stride = draw.between("stride", 1, 3);
            KeyFrames keyFrames = draw.of("keyFrames", KeyFrames.class);
            int speed = draw.between("speed", 0, 3);
            int sinks = draw.between("sinks", 0, 2);
            int share = draw.between("share", 1, 3);
            int shared = Math.min(share, Math.max(1, window));
            LightCone cone = new LightCone(speed, 2);
            Branch branch = new Branch(3, down, window, shared, reach, sinks, stride, keyFrames, cone);
            Grid grid = new Grid(frames, height, width);
            AttentionCost cost = AttentionCost.of(branch, grid, 10, 4);
            Oracle oracle = new Oracle(branch, grid);
            assertThat(cost.tokens()).isEqualTo(oracle.tokens());
            assertThat(cost.usefulPairs()).isEqualTo(oracle.pairs());
            assertThat(cost.donePairs()).isGreaterThanOrEqualTo(cost.usefulPairs());
            assertThat(cost.channels()).isEqualTo(12);
            assertThat(cost.useful()).isEqualTo(oracle.pairs() * 3 * (4 + 4));
            assertThat(cost.projections()).isEqualTo(oracle.tokens() * (3 * 10 * 12 + 12 * 12));
        });
    }

    @Test
    void countedCallSizesEqualThoseOfTheTiles() {
        Cases.check(500, draw -> {
            int frames = draw.between("frames", 1, 20);
            int height = draw.between("height", 1, 9);
            int width = draw.between("width", 1, 9);
            int window = draw.between("window", 0, 6);
            int reach = draw.between("reach", 0, 4);
            int stride = draw.between("stride", 1, 3);
            KeyFrames keyFrames = draw.of("keyFrames", KeyFrames.class);
            int speed = draw.between("speed", 0, 3);
            int sinks = draw.between("sinks", 0, 2);
            int tileFrames = draw.between("tileFrames", 1, 8);
            int side = draw.between("side", 1, 9);
            Branch branch = new Branch(1, 1, window, 1, reach, sinks, stride, keyFrames, new LightCone(speed, 2));
            Grid grid = new Grid(frames, height, width);
            Neighbourhood neighbourhood = new Neighbourhood(branch, grid);
            Tile tile = new Tile(tileFrames, side, side).within(grid);
            assertThat(new ClipCallSizes(neighbourhood).calls(tile))
                    .isEqualTo(TileRun.cut(neighbourhood, tile).stream()
                            .map(TileRun::size)
                            .toList());
            assertThat(TileChoice.best(neighbourhood))
                    .isEqualTo(TileChoice.best(neighbourhood, each -> TileRun.cut(neighbourhood, each)));
        });
    }

    /**
     * A halo for each frame that is looked back to would take memory that grows with the square of the clip's length.
     */
    @Test
    void keyFramesWithTheSameWindowShareTheirHalos() {
        Branch cone = new Branch(1, 1, 3, Branch.ALL, 1, KeyFrames.DILATED, new LightCone(1, 2));
        for (Branch branch : List.of(Branch.dense(1), cone)) {
            List<TileRun> runs = TileRun.cut(new Neighbourhood(branch, new Grid(40, 8, 8)), new Tile(1, 4, 4));
            Set<Halo> halos = Collections.newSetFromMap(new IdentityHashMap<>());
            runs.forEach(run -> halos.addAll(run.rows()));
            assertThat(halos).hasSize(branch.equals(cone) ? 4 : 1);
        }
    }

    @Test
    void countsBeyondALongAreAnError() {
        long many = 1L << 32;
        AttentionCost channels = new AttentionCost(1, 1, many, 1, 1, 1, 1, 1);
        assertThatThrownBy(channels::projections).isInstanceOf(ArithmeticException.class);
        AttentionCost inputs = new AttentionCost(1, 1L << 62, 1, 1, 1, 1, 1, 1);
        assertThatThrownBy(inputs::projections).isInstanceOf(ArithmeticException.class);
        AttentionCost tokens = new AttentionCost(many, 1, many, 1, 1, 0, 1, 1);
        assertThatThrownBy(tokens::numbersMoved).isInstanceOf(ArithmeticException.class);
        AttentionCost pairs = new AttentionCost(1, 1, 1L << 62, 1, 1, 1, 1, 1);
        assertThatThrownBy(pairs::useful).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(pairs::done).isInstanceOf(ArithmeticException.class);
        Neighbourhood large = new Neighbourhood(Branch.dense(1), new Grid(4, 40_000, 40_000));
        assertThatThrownBy(large::pairs).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void theCacheHoldsWhatAnyLaterFrameSees() {
        Cases.check(200, draw -> {
            int finished = draw.between("finished", 0, 12);
            int reach = draw.between("reach", 0, 4);
            int stride = draw.between("stride", 1, 4);
            int sinks = draw.between("sinks", 0, 3);
            KeyFrames keyFrames = draw.of("keyFrames", KeyFrames.class);
            Branch branch = new Branch(2, 2, Branch.ALL, 1, reach, sinks, stride, keyFrames, LightCone.NONE);
            CacheCost cost = CacheCost.of(branch, new Grid(1, 5, 3), 8);
            long needed = 0;
            for (int frame = 0; frame < finished; frame++) {
                if (Oracle.isNeeded(branch, frame, finished)) {
                    needed++;
                }
            }
            assertThat(cost.framesAfter(finished)).isEqualTo(needed);
            assertThat(cost.numbersPerFrame())
                    .as("3 x 2 cells, key and value, 16 channels")
                    .isEqualTo(6 * 2 * 16);
            assertThat(cost.numbersAfter(finished)).isEqualTo(needed * cost.numbersPerFrame());
        });
    }

    /** Counts costs by looking at every pair, with the definition written down once more. */
    private record Oracle(Branch branch, Grid grid) {
        int cells(int length) {
            int cells = 0;
            for (int start = 0; start < length; start += branch.down()) {
                cells++;
            }
            return cells;
        }

        long tokens() {
            return (long) grid.frames() * cells(grid.height()) * cells(grid.width());
        }

        long pairs() {
            long pairs = 0;
            for (int t = 0; t < grid.frames(); t++) {
                for (int key = 0; key < grid.frames(); key++) {
                    if (seesFrame(branch, t, key)) {
                        pairs += axis(cells(grid.height()), t - key) * axis(cells(grid.width()), t - key);
                    }
                }
            }
            return pairs;
        }

        /** Returns the number of pairs (query, key) along one axis. */
        private long axis(int length, int distance) {
            long pairs = 0;
            for (int query = 0; query < length; query++) {
                for (int key = 0; key < length; key++) {
                    if (seesPlace(length, distance, query, key)) {
                        pairs++;
                    }
                }
            }
            return pairs;
        }

        private boolean seesPlace(int length, int distance, int query, int key) {
            if (branch.window() == Branch.ALL) {
                return true;
            }
            int widened = branch.window()
                    + 2 * (branch.cone().tokens() * distance / branch.cone().frames());
            int window = Math.min(length, widened);
            int shared = Math.min(branch.spatialStride(), window);
            int centre = Math.min(query - query % shared + shared / 2, length - 1);
            int start = Math.max(0, Math.min(centre - window / 2, length - window));
            return key >= start && key < start + window;
        }

        static boolean seesFrame(Branch branch, int t, int key) {
            int limit = branch.frames() == Branch.ALL ? Integer.MAX_VALUE : branch.frames();
            if (key >= t || key < branch.sinks()) {
                return key <= t;
            }
            return switch (branch.keyFrames()) {
                case DILATED -> (t - key) % branch.stride() == 0 && (t - key) / branch.stride() < limit;
                case ANCHORED -> key % branch.stride() == 0 && anchors(branch, key + 1, t) < limit - 1;
            };
        }

        private static int anchors(Branch branch, int from, int to) {
            int anchors = 0;
            for (int frame = from; frame < to; frame++) {
                anchors += frame % branch.stride() == 0 ? 1 : 0;
            }
            return anchors;
        }

        static boolean isNeeded(Branch branch, int frame, int next) {
            for (int t = next; t < next + 100; t++) {
                if (seesFrame(branch, t, frame)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The weight of each pair is kept by two products, but calls with too many scores are fused and keep none. */
    @Test
    void callsWithTooManyScoresKeepNoWeightsOfPairs() {
        PlanCost small = PlanCost.of(Branch.dense(4), new Grid(4, 8, 8));
        assertThat(small.keptPairs()).isPositive().isEqualTo(small.donePairs());
        PlanCost large = PlanCost.of(Branch.dense(4), new Grid(2, 128, 128));
        assertThat(large.keptPairs()).isZero();
    }
}
