// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import static io.lightcone.data.DataChecks.require;

import io.lightcone.config.Kind;
import io.lightcone.world.World;
import io.lightcone.world.Worlds;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A small world that is played: endless data with an action for each frame.
 *
 * @param height rows of a frame, in pixels: 64
 * @param width columns of a frame, in pixels: 64
 * @param channels 3, for colour
 * @param heldOut share of the seeds that games begin from that is kept from training, to validate on; above 0 and
 *     below 1
 * @param world which world: {@code pong}, {@code maze} or {@code island}
 * @param layout number of the maze or the island, each another one; pong has but one field
 * @param scripted share of clips that are played as a person would, from 0 to 1
 * @param sticky share of clips whose actions are drawn at random but kept for some frames, from 0 to 1; what these two
 *     shares leave is clips with a random action in each frame
 */
@Kind("world")
public record WorldConfig(
        int height, int width, int channels, double heldOut, String world, long layout, double scripted, double sticky)
        implements DataConfig {
    private static final double SCRIPTED = 0.5;
    private static final double STICKY = 0.3;

    public WorldConfig {
        DataChecks.requireFrames(height, width, channels, heldOut);
        require(
                height == World.SIZE && width == World.SIZE && channels == World.CHANNELS,
                "frames of a world are 64x64 pixels in colour, not " + width + "x" + height + " with " + channels
                        + (channels == 1 ? " channel" : " channels")
                        + "; set data.height=64, data.width=64, data.channels=3 and model.channels=3, or take a preset"
                        + " that has them, such as msc-tiny");
        require(
                Worlds.names().contains(world),
                "world must be one of " + String.join(", ", Worlds.names()) + ", not '" + world + "'");
        require(
                scripted >= 0 && sticky >= 0 && scripted + sticky <= 1,
                "scripted and sticky are shares of clips, 0 or more and together at most 1, not " + scripted + " and "
                        + sticky);
    }

    /** Returns games of pong, half of them played as a person would. */
    public static WorldConfig defaults() {
        return of("pong");
    }

    /** Returns games of a world, half of them played as a person would. */
    public static WorldConfig of(String world) {
        return new WorldConfig(World.SIZE, World.SIZE, World.CHANNELS, 0.1, world, Worlds.LAYOUT, SCRIPTED, STICKY);
    }

    /** Classes are what folders and digits have. */
    @Override
    public boolean labels() {
        return false;
    }

    /** Videos that are to be continued keep their own rate, as with moving digits. */
    @Override
    public double fps() {
        return 0;
    }

    @Override
    public Map<String, Path> places() {
        return Map.of();
    }

    @Override
    public WorldConfig absolute() {
        return this;
    }

    @Override
    public boolean equalsButForPlaces(DataConfig other) {
        return equals(other);
    }

    @Override
    public ClipDataset open(int frames, Path cache, Consumer<String> messages, Runnable check) {
        return WorldClips.of(this, frames);
    }
}
