// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

/**
 * A state of pong: what is seen, and what is not.
 *
 * @param view what a picture shows
 * @param velocityX columns that the ball moves by in a frame
 * @param velocityY rows that the ball moves by in a frame
 * @param pause frames until the ball, which lies in the middle, is served; 0 while it moves
 * @param aim the row that the opponent steers for, which follows the ball with a delay
 * @param slip by how many rows the opponent misjudges the ball until it is hit again
 * @param random what every draw of chance comes from
 */
public record PongState(
        PongView view, double velocityX, double velocityY, int pause, double aim, double slip, long random) {}
