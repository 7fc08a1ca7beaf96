// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.config.ConfigReader;
import io.lightcone.data.WorldClips;
import io.lightcone.data.WorldConfig;
import io.lightcone.evaluation.Psnr;
import io.lightcone.evaluation.RoundTrip;
import io.lightcone.evaluation.WorldJudge;
import io.lightcone.evaluation.WorldJudgement.FrameVerdict;
import io.lightcone.experiment.WorldQuality.Distance;
import io.lightcone.experiment.WorldQuality.Moment;
import io.lightcone.experiment.WorldQuality.Return;
import io.lightcone.run.RunModel;
import io.lightcone.tensor.Scopes;
import io.lightcone.video.Clip;
import io.lightcone.world.Play;
import io.lightcone.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A trial of a model of a world: it continues held-out plays, which are played as a person would, under the actions of
 * these plays, and the world's judge reads what it makes. In four parts: the time of a frame; the distance to the
 * simulator over the first {@link #NEAR} frames of several plays; ways there and back; and long videos. No frame is
 * kept but a few to look at, so memory does not grow with pictures. A trial that is stopped has measured what it has.
 *
 * @param <S> the state of the world
 * @param <V> what a picture shows of it
 */
public final class WorldTrial<S, V> {
    /** The numbers of the frames at which videos are compared with the simulator. */
    public static final List<Integer> DISTANCES = List.of(1, 10, 100);
    /** The number of frames for which videos are compared with the simulator. */
    public static final int NEAR = 100;
    /** The numbers of the frames from which the player goes away and comes back. */
    public static final List<Integer> RETURNS = List.of(0, 30);
    /** The number of steps that the player goes away before it comes back, where the way is not one full turn. */
    public static final int AWAY = 20;
    /** The number of videos of which some frames are kept, to look at. */
    public static final int SHOWN = 2;

    /** The number of frames before the first that is timed, and of those that are. */
    private static final int SETTLED = 20;

    private static final int TIMED = 40;

    /** The number of the first held-out play of those that are not long. */
    private static final int OTHERS = 1_000;

    private final WorldClips<S, V> clips;
    private final World<S, V> world;
    private final int given;
    private final Extent extent;
    private final WorldVideos.Maker<S> maker;
    private final boolean timed;
    private final TrialListener listener;

    private final List<Distance> distances = new ArrayList<>();
    private final List<Return> returns = new ArrayList<>();
    private final List<Moment> moments = new ArrayList<>();
    private List<WorldJudge<S, V>> judges = List.of();
    private double secondsPerFrame = Double.NaN;

    /**
     * The extent of a trial.
     *
     * @param frames frames of a long video
     * @param videos number of long videos, made together
     * @param starts number of plays that are continued for the distance to the simulator, and for ways there and back
     */
    public record Extent(int frames, int videos, int starts) {
        public Extent {
            if (frames < 1 || videos < 1 || starts < 1) {
                throw new IllegalArgumentException("a trial has 1 or more frames, videos and starts, not " + frames
                        + ", " + videos + " and " + starts);
            }
        }
    }

    /** Hears how a trial proceeds, and can stop it. */
    public interface TrialListener {
        /** Called before a part of the trial, which the sentence names, of that many frames. */
        void next(String sentence, int frames);

        /** Called when a frame of each video of a part has been made and read. */
        void frame();

        /** Called often; what it throws stops the trial. */
        void check();
    }

    private WorldTrial(
            WorldClips<S, V> clips,
            int given,
            Extent extent,
            WorldVideos.Maker<S> maker,
            boolean timed,
            TrialListener listener) {
        this.clips = clips;
        this.world = clips.world();
        this.given = given;
        this.extent = extent;
        this.maker = maker;
        this.timed = timed;
        this.listener = listener;
    }

    /** Prepares the trial of a model, which stays open until it has run. */
    public static WorldTrial<?, ?> of(WorldConfig data, RunModel model, Extent extent, TrialListener listener) {
        return of(played(data), model, extent, listener);
    }

    private static <S, V> WorldTrial<S, V> of(
            WorldClips<S, V> clips, RunModel model, Extent extent, TrialListener listener) {
        int given = model.config().sampling().given();
        WorldVideos.Maker<S> maker = WorldVideos.generated(clips.world(), model, listener::check);
        return new WorldTrial<>(clips, given, extent, maker, true, listener);
    }

    /** Prepares the same trial of true frames: the ceiling of what any model can reach. */
    public static WorldTrial<?, ?> ofTruth(WorldConfig data, int given, Extent extent, TrialListener listener) {
        return ofTruth(played(data), given, extent, listener);
    }

    private static <S, V> WorldTrial<S, V> ofTruth(
            WorldClips<S, V> clips, int given, Extent extent, TrialListener listener) {
        return of(clips, given, extent, WorldVideos.truth(clips.world(), given), listener);
    }

    /** Prepares the trial of any frames. */
    static <S, V> WorldTrial<S, V> of(
            WorldClips<S, V> clips, int given, Extent extent, WorldVideos.Maker<S> maker, TrialListener listener) {
        return new WorldTrial<>(clips, given, extent, maker, false, listener);
    }

    /** Returns the held-out games of a world, all played as a person would. */
    static WorldClips<?, ?> played(WorldConfig data) {
        return WorldClips.of(ConfigReader.with(data, "scripted=1", "sticky=0"), 1);
    }

    /** Runs the whole trial; what the listener's check throws, or the model, ends it. */
    public void run() {
        if (timed) {
            listener.next("Timing frames of one video", SETTLED + TIMED);
            Scopes.runWithoutGrad(this::time);
        }
        listener.next("Comparing " + extent.starts + " videos with the simulator", near());
        Scopes.runWithoutGrad(this::compare);
        for (int after : RETURNS) {
            List<Play<S>> plays = plays(OTHERS, extent.starts, given + after);
            if (after <= extent.frames && !trip(plays.get(0)).isEmpty()) {
                Scopes.runWithoutGrad(() -> goAndReturn(plays, after));
            }
        }
        listener.next("Making and reading long videos", extent.frames);
        Scopes.runWithoutGrad(this::goOn);
    }

    /** Returns what has been measured so far; nothing can be said before the first frame of the long videos. */
    public WorldQuality quality() {
        return new WorldQuality(
                judges.stream().map(WorldJudge::judgement).toList(), distances, returns, secondsPerFrame, moments);
    }

    private int near() {
        return Math.min(NEAR, extent.frames);
    }

    private List<Play<S>> plays(int first, int count, int frames) {
        return IntStream.range(first, first + count)
                .mapToObj(index -> clips.heldOutPlay(index, frames))
                .toList();
    }

    private List<WorldJudge<S, V>> judges(List<Play<S>> plays) {
        return plays.stream()
                .map(play -> new WorldJudge<>(world, play.states().get(given - 1)))
                .toList();
    }

    private void time() {
        List<Double> seconds = new ArrayList<>();
        try (WorldVideos video = maker.begin(plays(0, 1, given + SETTLED + TIMED))) {
            for (int frame = 0; frame < SETTLED + TIMED; frame++) {
                long began = System.nanoTime();
                video.next();
                if (frame >= SETTLED) {
                    seconds.add((System.nanoTime() - began) / 1e9);
                }
                listener.frame();
            }
        }
        secondsPerFrame = LongRollOut.median(seconds);
    }

    /** Reads the next frame of each video. */
    private List<FrameVerdict> judge(
            List<WorldJudge<S, V>> judging, List<Play<S>> plays, List<Clip> pictures, int frame) {
        listener.check();
        return IntStream.range(0, plays.size())
                .parallel()
                .mapToObj(i -> judging.get(i)
                        .add(pictures.get(i).pixels(), plays.get(i).actions().get(given + frame)))
                .toList();
    }

    private Clip truth(Play<S> play, int frame) {
        return WorldVideos.picture(world, play.states().get(given + frame));
    }

    private void compare() {
        List<Play<S>> plays = plays(OTHERS, extent.starts, given + near());
        List<WorldJudge<S, V>> judging = judges(plays);
        try (WorldVideos videos = maker.begin(plays)) {
            for (int frame = 0; frame < near(); frame++) {
                List<Clip> pictures = videos.next();
                List<FrameVerdict> verdicts = judge(judging, plays, pictures, frame);
                if (DISTANCES.contains(frame + 1)) {
                    distances.add(distance(plays, pictures, verdicts, frame));
                }
                listener.frame();
            }
        }
    }

    private Distance distance(List<Play<S>> plays, List<Clip> pictures, List<FrameVerdict> verdicts, int frame) {
        List<Double> psnr = IntStream.range(0, plays.size())
                .mapToObj(i -> Psnr.of(pictures.get(i), 0, truth(plays.get(i), frame), 0))
                .toList();
        List<Map<String, Double>> errors = verdicts.stream()
                .filter(FrameVerdict::readable)
                .map(FrameVerdict::errors)
                .toList();
        return new Distance(
                frame + 1, Mean.of(psnr), errors.size() / (double) plays.size(), WorldQuality.means(errors));
    }

    /** Returns the actions that lead from the end of a play there and back. */
    private List<Integer> trip(Play<S> play) {
        return world.roundTrip(play.states().get(play.states().size() - 1), AWAY);
    }

    /** Goes away from the ends of some plays and comes back; those with a shorter way stay where they were. */
    private void goAndReturn(List<Play<S>> starts, int after) {
        List<List<Integer>> trips = starts.stream().map(this::trip).toList();
        int steps = trips.stream().mapToInt(List::size).max().orElse(0);
        List<Play<S>> plays = IntStream.range(0, starts.size())
                .mapToObj(i -> continued(starts.get(i), trips.get(i), steps))
                .toList();
        List<Clip> before = new ArrayList<>();
        starts.forEach(play -> before.add(truth(play, after - 1)));
        List<Clip> back = new ArrayList<>(before);
        listener.next("Going away from frame " + after + " and coming back", after + steps);
        try (WorldVideos videos = maker.begin(plays)) {
            for (int frame = 0; frame < after + steps; frame++) {
                List<Clip> pictures = videos.next();
                for (int i = 0; i < plays.size(); i++) {
                    if (frame == after - 1) {
                        before.set(i, pictures.get(i));
                    }
                    if (frame == after + trips.get(i).size() - 1) {
                        back.set(i, pictures.get(i));
                    }
                }
                listener.check();
                listener.frame();
            }
        }
        List<RoundTrip> found = IntStream.range(0, plays.size())
                .mapToObj(i -> RoundTrip.of(world, before.get(i), 0, back.get(i), 0))
                .toList();
        List<Map<String, Double>> read = found.stream()
                .map(RoundTrip::differences)
                .filter(differences -> !differences.isEmpty())
                .toList();
        returns.add(new Return(
                after,
                steps,
                Mean.of(found.stream().map(RoundTrip::psnr).toList()),
                read.size() / (double) plays.size(),
                WorldQuality.means(read)));
    }

    /** Returns a play that goes on with some actions, and then stays up to {@code steps} steps. */
    private Play<S> continued(Play<S> play, List<Integer> actions, int steps) {
        List<S> states = new ArrayList<>(play.states());
        List<Integer> all = new ArrayList<>(play.actions());
        for (int step = 0; step < steps; step++) {
            int action = step < actions.size() ? actions.get(step) : World.STAY;
            states.add(world.step(states.get(states.size() - 1), action));
            all.add(action);
        }
        return new Play<>(states, all);
    }

    private void goOn() {
        List<Play<S>> plays = plays(0, extent.videos, given + extent.frames);
        List<Integer> shown = WorldQuality.moments(extent.frames);
        List<WorldJudge<S, V>> judging = judges(plays);
        try (WorldVideos videos = maker.begin(plays)) {
            for (int frame = 0; frame < extent.frames; frame++) {
                List<Clip> pictures = videos.next();
                List<FrameVerdict> verdicts = judge(judging, plays, pictures, frame);
                judges = judging;
                for (int video = 0; video < Math.min(SHOWN, plays.size()) && shown.contains(frame + 1); video++) {
                    Clip truth = truth(plays.get(video), frame);
                    boolean readable = verdicts.get(video).readable();
                    moments.add(new Moment(video, frame + 1, truth, pictures.get(video), readable));
                }
                listener.frame();
            }
        }
    }
}
