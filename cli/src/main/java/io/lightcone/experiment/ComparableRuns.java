// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.UserException;
import io.lightcone.config.Kinds;
import io.lightcone.data.ClipDataset;
import io.lightcone.data.ClipDataset.HeldOutPart;
import io.lightcone.data.VideosConfig;
import io.lightcone.evaluation.Ssim;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.video.Clip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Runs that were trained on the same videos, and have held out the same parts of them, so that clips of these parts are
 * new to all. They may differ in the size of their pictures, in codec and in model.
 *
 * @param runs the folders of the runs, at least one
 * @param configs their configurations, with settings of sampling over them
 */
public record ComparableRuns(List<Path> runs, List<RunConfig> configs) {
    public ComparableRuns {
        runs = List.copyOf(runs);
        configs = List.copyOf(configs);
    }

    /**
     * Reads the configurations of some runs.
     *
     * @param sampling settings over those of each run
     * @throws UserException if one of them is no run, or learned from something else than the others
     */
    public static ComparableRuns of(List<Path> runs, List<String> sampling) {
        ComparableRuns all = new ComparableRuns(
                runs,
                runs.stream().map(run -> RunFolder.open(run).config(sampling)).toList());
        IntStream.range(0, runs.size()).forEach(all::requireComparable);
        return all;
    }

    /** Returns the number of the run with the largest pictures. */
    private int largest() {
        return IntStream.range(0, runs.size())
                .boxed()
                .max(Comparator.comparingInt(i ->
                        configs.get(i).data().height() * configs.get(i).data().width()))
                .orElseThrow();
    }

    private VideosConfig videos(int run) {
        if (configs.get(run).data() instanceof VideosConfig videos) {
            return videos;
        }
        throw new UserException(runs.get(run) + " was trained on "
                + Kinds.name(configs.get(run).data().getClass())
                + ", but what is compared here is how videos are continued; compare runs on videos");
    }

    /** Requires that a run learned from the same videos as that with the largest pictures, and in the same way. */
    private void requireComparable(int run) {
        int largest = largest();
        VideosConfig own = videos(run);
        VideosConfig others = videos(largest);
        requireSame(run, "data.source", own.source(), others.source());
        requireSame(run, "data.fps", own.fps(), others.fps());
        requireSame(run, "data.heldOut", own.heldOut(), others.heldOut());
        requireSame(run, "data.channels", own.channels(), others.channels());
        requireSame(run, "data.labels", own.labels(), others.labels());
        requireSame(
                run,
                "model.actions",
                configs.get(run).model().actions(),
                configs.get(largest).model().actions());
        if ((long) own.height() * others.width() != (long) others.height() * own.width()) {
            throw new UserException(runs.get(run) + " makes pictures of " + size(own) + " pixels and "
                    + runs.get(largest) + " of " + size(others) + ", which do not show the same; compare runs whose"
                    + " pictures have the same proportions");
        }
        if (Math.min(others.height(), others.width()) < Ssim.WINDOW) {
            throw new UserException("the largest pictures have " + size(others) + " pixels, but structural similarity"
                    + " takes pictures of at least " + Ssim.WINDOW + "x" + Ssim.WINDOW);
        }
    }

    private static String size(VideosConfig data) {
        return data.width() + "x" + data.height();
    }

    private void requireSame(int run, String key, Object own, Object others) {
        if (!own.equals(others)) {
            throw new UserException(key + " is " + own + " in " + runs.get(run) + " and " + others + " in "
                    + runs.get(largest()) + ", so the two cannot be compared on the same clips");
        }
    }

    /** Returns how many frames are given where nobody says so: the most of what the runs say. */
    public int given() {
        return configs.stream()
                .mapToInt(config -> config.sampling().given())
                .max()
                .orElseThrow();
    }

    /**
     * Requires that every run can continue clips so.
     *
     * @param given frames that are given, at least 1
     * @param frames frames to make behind them, at least 1
     * @throws UserException if one cannot; it names the run
     */
    public void requirePlan(int given, int frames) {
        for (int run = 0; run < runs.size(); run++) {
            RunConfig config = configs.get(run);
            config.latents().requireWhole("what is given to " + runs.get(run), given);
            try {
                config.plan(given + frames, given);
            } catch (IllegalArgumentException e) {
                throw new UserException(runs.get(run) + " cannot make these frames: " + e.getMessage(), e);
            }
        }
    }

    /**
     * Returns held-out clips at the size of the largest run, long enough to fill the latent frames of each.
     *
     * @param most how many clips; fewer if there are not so many
     * @param cache folder where decoded frames are kept
     * @param messages receives a line for each video that is decoded
     * @param check called between frames of these; what it throws ends the reading
     * @throws UserException if the runs have not held out the same, or the videos have changed since they were trained,
     *     or what is held out has no clip so long
     */
    public HeldOutClips heldOut(
            int most, int given, int frames, Path cache, Consumer<String> messages, Runnable check) {
        int length = configs.stream()
                .mapToInt(config -> config.latents().whole(given + frames))
                .max()
                .orElseThrow();
        List<HeldOutPart> parts = new ArrayList<>();
        Set<String> said = new HashSet<>();
        Consumer<String> once = message -> {
            if (said.add(message)) { // by the data of every run
                messages.accept(message);
            }
        };
        for (int run = 0; run < runs.size(); run++) {
            ClipDataset own = open(configs.get(run), configs.get(run).training().frames(), cache, once, check);
            requireUnchanged(run, own);
            if (run == 0) {
                parts.addAll(own.heldOutParts());
            }
            requireHeldOut(runs.get(run), own.heldOutParts(), parts);
            requireOriginsHeldOut(runs.get(run), parts, cache, once, check);
        }
        ClipDataset data = open(configs.get(largest()), length, cache, once, check);
        if (!areSame(data.heldOutParts(), parts, frameSeconds())) {
            int trained = configs.get(largest()).training().frames();
            throw new UserException("clips of " + length + " frames cannot be cut out of what was held out, or would be"
                    + " cut out of other parts too; with " + trained + " frames in all, as clips of "
                    + runs.get(largest()) + " have, they are from what was held out");
        }
        int count = Math.min(most, data.heldOutClips());
        return new HeldOutClips(
                IntStream.range(0, count).mapToObj(data::heldOut).toList(), data.framesPerSecond());
    }

    /**
     * Clips that no run has seen.
     *
     * @param clips all different, though they may overlap
     * @param framesPerSecond their rate
     */
    public record HeldOutClips(List<Clip> clips, double framesPerSecond) {
        public HeldOutClips {
            clips = List.copyOf(clips);
        }
    }

    private static ClipDataset open(
            RunConfig config, int frames, Path cache, Consumer<String> messages, Runnable check) {
        return config.data()
                .open(frames, cache, messages, check)
                .withActions(config.model().actions());
    }

    private void requireUnchanged(int run, ClipDataset data) {
        String before = RunFolder.open(runs.get(run)).latestState().provenance().dataFingerprint();
        if (!data.fingerprint().equals(before)) {
            throw new UserException("the videos of " + runs.get(run) + ", or its training.frames, have changed since"
                    + " it was begun, so nobody knows what it has seen; bring back what it was begun with");
        }
    }

    private void requireHeldOut(Path run, List<HeldOutPart> own, List<HeldOutPart> others) {
        if (own.isEmpty()) {
            throw new UserException("the videos of " + run
                    + " are so short that it was trained on all of them; there is nothing to judge it by");
        }
        if (!areSame(own, others, frameSeconds())) {
            throw new UserException(run + " has held out other parts of the videos than " + runs.get(0)
                    + ", as clips of another length, or another data.heldOut, make it; what was held out of one was"
                    + " trained on by the other");
        }
    }

    /** Requires the same of the run that a fine-tuned or distilled one began with, and of that before it. */
    private void requireOriginsHeldOut(
            Path run, List<HeldOutPart> parts, Path cache, Consumer<String> messages, Runnable check) {
        String origin = RunFolder.open(run).latestState().provenance().origin();
        if (origin.isEmpty()) {
            return;
        }
        Path from = Path.of(origin).resolve("../..").normalize();
        if (!Files.isDirectory(from)) {
            messages.accept("Note: " + run + " began with the weights of " + from
                    + ", which is not there any more, so nobody knows what these had seen.");
            return;
        }
        RunConfig config = RunFolder.open(from).config(List.of());
        if (!(config.data() instanceof VideosConfig videos)
                || !videos.source().equals(videos(largest()).source())) {
            messages.accept("Note: " + run + " began with the weights of " + from + ", which learned from other data.");
            return;
        }
        ClipDataset data = open(config, config.training().frames(), cache, messages, check);
        requireHeldOut(from, data.heldOutParts(), parts);
        requireOriginsHeldOut(from, parts, cache, messages, check);
    }

    /** Returns how long a frame lasts: phases make parts begin a part of that earlier or later. */
    private double frameSeconds() {
        double rate = videos(largest()).fps();
        return rate > 0 ? 1 / rate : 0;
    }

    static boolean areSame(List<HeldOutPart> some, List<HeldOutPart> others, double tolerance) {
        return some.size() == others.size()
                && IntStream.range(0, some.size())
                        .allMatch(i -> some.get(i).video().equals(others.get(i).video())
                                && Math.abs(some.get(i).fromSecond()
                                                - others.get(i).fromSecond())
                                        <= tolerance);
    }
}
