// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MazeWorldTest {
    private static final MazeWorld MAZE = new MazeWorld(Worlds.LAYOUT);

    @Test
    void aWholeTurnShowsTheFirstViewAgainAndNothingBefore() {
        MazePose start = MAZE.reset(4);
        for (int action : new int[] {MazeWorld.LEFT, MazeWorld.RIGHT}) {
            MazePose pose = start;
            for (int turn = 1; turn < MazePose.TURNS; turn++) {
                pose = MAZE.step(pose, action);
                assertThat(MAZE.draw(pose)).isNotEqualTo(MAZE.draw(start));
            }
            assertThat(MAZE.draw(MAZE.step(pose, action))).isEqualTo(MAZE.draw(start));
        }
    }

    @Test
    void nobodyWalksIntoAWall() {
        for (long layout = 1; layout <= 20; layout++) {
            MazeWorld maze = new MazeWorld(layout);
            Policy<MazePose> policy = Policies.sticky(maze, new SplittableRandom(layout));
            for (MazePose pose :
                    Play.of(maze, maze.reset(layout), policy, 0, 2_000).states()) {
                assertThat(maze.isFree(pose.x(), pose.y())).isTrue();
            }
        }
    }

    @Test
    void whoWalksForLongComesEverywhere() {
        for (long layout = 1; layout <= 5; layout++) {
            MazeWorld maze = new MazeWorld(layout);
            Set<Integer> visited = new HashSet<>();
            for (MazePose pose : Play.of(maze, maze.reset(2), maze.scripted(new SplittableRandom(2)), 0, 4_000)
                    .states()) {
                visited.add(pose.y() / MazePose.CELL * MazeMap.SIDE + pose.x() / MazePose.CELL);
            }
            assertThat(visited).containsExactlyInAnyOrderElementsOf(maze.map().openCells());
        }
    }

    @Test
    void aMoveAndTheSameBackwardsLeadToTheSamePlace() {
        MazePose start = new MazePose(MazeWorld.middle(1), MazeWorld.middle(1), 0);
        MazePose pose = start;
        for (int heading = 0; heading < MazePose.TURNS; heading++) {
            assertThat(MazeRenderer.moveX(heading, 4)).isEqualTo(-MazeRenderer.moveX((heading + 12) % 24, 4));
            assertThat(MazeRenderer.moveY(heading, 4)).isEqualTo(-MazeRenderer.moveY((heading + 12) % 24, 4));
            pose = pose.turned(1);
        }
        assertThat(pose).isEqualTo(start);
    }

    @Test
    void brokenRulesAreFound() {
        MazePose pose = new MazePose(MazeWorld.middle(1), MazeWorld.middle(1), 3);
        assertThat(MAZE.broken(List.of(pose, pose), World.STAY)).isEmpty();
        assertThat(MAZE.broken(List.of(pose, pose.turned(1)), World.STAY)).containsExactly(MazeWorld.TURN);
        assertThat(MAZE.broken(List.of(pose, pose), MazeWorld.LEFT)).containsExactly(MazeWorld.TURN);
        assertThat(MAZE.broken(List.of(pose, pose.at(pose.x() + 2, pose.y())), World.STAY))
                .containsExactly(MazeWorld.MOVE);
        assertThat(MAZE.broken(List.of(pose, pose.at(pose.x() + 40, pose.y())), World.STAY))
                .containsExactly(MazeWorld.JUMP);
        assertThat(MAZE.obedience(pose, MazeWorld.RIGHT, pose.turned(1))).isEqualTo(World.Obedience.FOLLOWED);
        assertThat(MAZE.obedience(pose, MazeWorld.RIGHT, pose.turned(-1))).isEqualTo(World.Obedience.IGNORED);
    }
}
