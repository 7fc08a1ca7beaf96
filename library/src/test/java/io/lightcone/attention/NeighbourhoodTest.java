// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.attention.Neighbourhood.Token;
import io.lightcone.testing.Cases;
import java.util.List;
import org.junit.jupiter.api.Test;

class NeighbourhoodTest {
    private static final Branch HIGH = new Branch(1, 1, 3, 2, 1, KeyFrames.DILATED, LightCone.NONE);

    @Test
    void aTokenSeesTheKeysOfTheWorkedExample() {
        var seen = new Neighbourhood(HIGH, new Grid(3, 4, 5));
        List<Token> keys = seen.keys(new Token(2, 0, 4));
        assertThat(keys).hasSize(18);
        assertThat(keys).extracting(Token::frame).containsOnly(1, 2);
        assertThat(keys).extracting(Token::row).containsOnly(0, 1, 2);
        assertThat(keys).extracting(Token::column).containsOnly(2, 3, 4);
        assertThat(seen.keys(new Token(0, 0, 0))).hasSize(9);
        assertThat(seen.pairs()).isEqualTo(900);
    }

    @Test
    void dilatedFramesCountBackFromTheQuery() {
        var branch = new Branch(1, 1, Branch.ALL, Branch.ALL, 3, KeyFrames.DILATED, LightCone.NONE);
        var seen = new Neighbourhood(branch, new Grid(9, 2, 2));
        assertThat(seen.keyFrames(0)).containsExactly(0);
        assertThat(seen.keyFrames(2)).containsExactly(2);
        assertThat(seen.keyFrames(7)).containsExactly(1, 4, 7);
        assertThat(seen.keyFrames(8)).containsExactly(2, 5, 8);
    }

    @Test
    void anchoredFramesAreTheSameForAll() {
        var branch = new Branch(1, 1, Branch.ALL, Branch.ALL, 3, KeyFrames.ANCHORED, LightCone.NONE);
        var seen = new Neighbourhood(branch, new Grid(9, 2, 2));
        assertThat(seen.keyFrames(0)).containsExactly(0);
        assertThat(seen.keyFrames(2)).containsExactly(0, 2);
        assertThat(seen.keyFrames(6)).containsExactly(0, 3, 6);
        assertThat(seen.keyFrames(8)).containsExactly(0, 3, 6, 8);
    }

    @Test
    void aLimitKeepsTheNewestKeyFrames() {
        var dilated = new Branch(1, 1, Branch.ALL, 2, 3, KeyFrames.DILATED, LightCone.NONE);
        assertThat(new Neighbourhood(dilated, new Grid(9, 2, 2)).keyFrames(7)).containsExactly(4, 7);
        var anchored = new Branch(1, 1, Branch.ALL, 2, 3, KeyFrames.ANCHORED, LightCone.NONE);
        assertThat(new Neighbourhood(anchored, new Grid(9, 2, 2)).keyFrames(8)).containsExactly(6, 8);
    }

    @Test
    void theConeWidensWithFrameDistance() {
        var branch = new Branch(1, 1, 3, 8, 1, KeyFrames.DILATED, new LightCone(1, 1));
        var seen = new Neighbourhood(branch, new Grid(8, 40, 40));
        for (int distance = 0; distance < 8; distance++) {
            assertThat(seen.rows(20, distance))
                    .hasSize(3 + 2 * distance)
                    .contains(20 - 1 - distance, 20 + 1 + distance);
        }
        assertThat(seen.keys(new Token(7, 20, 20)))
                .as("reference sheet, section 5: v = 8")
                .hasSize(968);
        assertThat(seen.keys(new Token(3, 20, 20)))
                .as("reference sheet, section 5: v = 4")
                .hasSize(164);
        var slow = new Neighbourhood(
                new Branch(1, 1, 3, 8, 1, KeyFrames.DILATED, new LightCone(1, 2)), new Grid(8, 40, 40));
        assertThat(slow.rows(20, 1)).hasSize(3);
        assertThat(slow.rows(20, 2)).hasSize(5);
    }

    @Test
    void pairsAreCountedExactlyAndNeverInTheFuture() {
        Cases.check(200, draw -> {
            int frames = draw.between("frames", 1, 6);
            int height = draw.between("height", 1, 6);
            int width = draw.between("width", 1, 6);
            int window = draw.between("window", 0, 5);
            int temporal = draw.between("temporal", 0, 4);
            int stride = draw.between("stride", 1, 3);
            KeyFrames keyFrames = draw.of("keyFrames", KeyFrames.class);
            int speed = draw.between("speed", 0, 2);
            var branch = new Branch(1, 1, window, temporal, stride, keyFrames, new LightCone(speed, 2));
            var seen = new Neighbourhood(branch, new Grid(frames, height, width));
            long pairs = 0;
            for (int t = 0; t < frames; t++) {
                for (int y = 0; y < height; y++) {
                    for (int x = 0; x < width; x++) {
                        Token query = new Token(t, y, x);
                        List<Token> keys = seen.keys(query);
                        assertThat(keys)
                                .doesNotHaveDuplicates()
                                .contains(query)
                                .allMatch(key -> key.frame() <= query.frame());
                        pairs += keys.size();
                    }
                }
            }
            assertThat(seen.pairs()).isEqualTo(pairs);
        });
    }
}
