// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds what every rule for key frames says of caches and windows to the frames that queries see by it. */
class KeyFramesTest {
    private static final Grid GRID = new Grid(60, 1, 1);

    /** The past frames that a query sees, of a branch that looks at {@code frames} key frames, its own included. */
    private static List<Integer> past(KeyFrames rule, int frames, int stride, int query) {
        Branch branch = new Branch(1, 1, Branch.ALL, frames, stride, rule, LightCone.NONE);
        return Arrays.stream(new Neighbourhood(branch, GRID).keyFrames(query))
                .filter(frame -> frame != query)
                .boxed()
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void withinCountsTheMostKeyFramesInAWindowOfPastFrames(KeyFrames rule) {
        for (int stride = 1; stride <= 5; stride++) {
            for (int window = 0; window <= 12; window++) {
                int length = window;
                int step = stride;
                long most = IntStream.range(20, 50)
                        .mapToLong(query -> past(rule, Branch.ALL, step, query).stream()
                                .filter(frame -> frame >= query - length)
                                .count())
                        .max()
                        .orElseThrow();
                assertThat(rule.within(window, stride))
                        .as("stride %d, window %d", stride, window)
                        .isEqualTo((int) most);
            }
        }
    }

    /** A cache that holds the last frames of those that are kept has all that any later query sees. */
    @ParameterizedTest
    @EnumSource
    void keptFramesAreAllThatLaterQueriesSee(KeyFrames rule) {
        for (int stride = 1; stride <= 5; stride++) {
            int every = rule.keptEvery(stride);
            for (int frames = 1; frames <= 4; frames++) {
                for (int query = 0; query < GRID.frames(); query++) {
                    List<Integer> kept = IntStream.range(0, query)
                            .filter(frame -> frame % every == 0)
                            .boxed()
                            .toList();
                    int held = (int) Math.min(kept.size(), rule.kept(frames - 1L, stride));
                    assertThat(kept.subList(kept.size() - held, kept.size()))
                            .as("stride %d, %d key frames, query %d", stride, frames, query)
                            .containsAll(past(rule, frames, stride, query));
                }
            }
        }
    }
}
