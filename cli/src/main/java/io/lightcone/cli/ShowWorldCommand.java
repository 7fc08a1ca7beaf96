// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Arguments.requireWithin;

import io.lightcone.config.Suggestions;
import io.lightcone.data.WorldClips;
import io.lightcone.report.WorldFigure;
import io.lightcone.video.Clip;
import io.lightcone.video.PlayWriter;
import io.lightcone.video.VideoWriter;
import io.lightcone.world.Play;
import io.lightcone.world.Policies;
import io.lightcone.world.Policy;
import io.lightcone.world.World;
import io.lightcone.world.Worlds;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "world",
        description = "Draw how a world looks while it is played, or record a game of it: pong, maze or island.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class ShowWorldCommand implements Callable<Integer> {
    private static final String SCRIPTED = "scripted";
    private static final String STICKY = "sticky";
    private static final String RANDOM = "random";
    private static final int MOST_RECORDED = 1_000_000;
    private static final int TILES = 24;
    private static final int COLUMNS = 6;
    private static final int EVERY = 6;
    private static final int VIDEO_FRAMES = 400;
    private static final int MOST_FRAMES = 10_000;
    private static final int MOST_TILES = 400;
    private static final int MOST_SCALE = 16;
    private static final List<String> POLICIES = List.of(SCRIPTED, STICKY, RANDOM);

    @Parameters(paramLabel = "NAME", description = "Which world: pong, maze or island.")
    private String name = "";

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "What to draw: a PNG is a sheet of frames, an mp4, webm, gif or webp is a video.")
    private @Nullable Path out;

    @Option(
            names = "--record",
            paramLabel = "DIR",
            description = "Record the game in this folder, as data to train on: DIR/NAME-N.mp4 without loss, and"
                    + " DIR/NAME-N.jsonl with the action of each frame; N is the first number that is free.")
    private @Nullable Path record;

    @Option(
            names = "--policy",
            paramLabel = "POLICY",
            defaultValue = SCRIPTED,
            description = "Who plays: scripted (as a person would), sticky (random actions that are kept for a while)"
                    + " or random. Default: scripted.")
    private String policy = SCRIPTED;

    @Option(
            names = "--frames",
            paramLabel = "F",
            description = "Frames of the video or the recording (default: 400), or on the sheet (default: 24).")
    private @Nullable Integer frames;

    @Option(
            names = "--every",
            paramLabel = "N",
            defaultValue = "6",
            description = "Show every Nth frame on a sheet. Default: 6.")
    private int every = EVERY;

    @Option(names = "--layout", paramLabel = "N", defaultValue = "1", description = "Which maze or island. Default: 1.")
    private long layout = Worlds.LAYOUT;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Seed of the game. Default: 0.")
    private long seed;

    @Option(
            names = "--scale",
            paramLabel = "K",
            defaultValue = "3",
            description = "Enlarge every pixel to K x K. Default: 3.")
    private int scale;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        requireWithin("--scale", scale, 1, MOST_SCALE);
        requireWithin("--every", every, 1, MOST_FRAMES);
        Arguments.require(
                (out == null) != (record == null),
                "say what to make: --out FILE draws the world, --record DIR records a game to train on");
        Arguments.require(
                Worlds.names().contains(name),
                "there is no world named '" + name + "'; " + Suggestions.hint(name, Worlds.names()));
        Arguments.require(
                POLICIES.contains(policy),
                "there is no policy named '" + policy + "'; " + Suggestions.hint(policy, POLICIES));
        World<?, ?> world = Worlds.named(name, layout);
        List<Path> written = record != null ? record(world, record) : draw(world, Objects.requireNonNull(out));
        Objects.requireNonNull(spec)
                .commandLine()
                .getErr()
                .println("Wrote " + written.stream().map(Path::toString).collect(Collectors.joining(", ")));
        return Main.OK;
    }

    private List<Path> draw(World<?, ?> world, Path target) {
        boolean sheet = target.toString().toLowerCase(Locale.ROOT).endsWith(".png");
        int shown = frames != null ? frames : sheet ? TILES : VIDEO_FRAMES;
        requireWithin("--frames", shown, 1, sheet ? MOST_TILES : MOST_FRAMES);
        Clip clip = played(world, sheet ? (shown - 1) * every + 1 : shown);
        if (sheet) {
            FigureOptions.write(target, WorldFigure.sheet(clip, COLUMNS, every, scale));
        } else {
            write(clip, target);
        }
        return List.of(target);
    }

    private <S> List<Path> record(World<S, ?> world, Path folder) {
        int count = frames != null ? frames : VIDEO_FRAMES;
        requireWithin("--frames", count, 1, MOST_RECORDED);
        try (PlayWriter play = PlayWriter.begin(folder, world.name(), World.FRAMES_PER_SECOND)) {
            WorldClips.record(world, player(world), seed, count, play);
            return play.finish();
        }
    }

    private <S> Policy<S> player(World<S, ?> world) {
        SplittableRandom random = new SplittableRandom(seed);
        return switch (policy) {
            case STICKY -> Policies.sticky(world, random);
            case RANDOM -> Policies.random(world, random);
            default -> world.scripted(random);
        };
    }

    private <S, V> Clip played(World<S, V> world, int count) {
        Play<S> play = Play.of(world, world.reset(seed), player(world), 0, count);
        return WorldClips.clip(world, play, world.name());
    }

    private void write(Clip clip, Path target) {
        try (VideoWriter video = VideoWriter.open(target, World.FRAMES_PER_SECOND, scale)) {
            for (int frame = 0; frame < clip.frames(); frame++) {
                video.add(clip, frame);
            }
            video.finish();
        }
    }
}
