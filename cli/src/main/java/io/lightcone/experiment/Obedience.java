// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.data.MovingDigits;
import io.lightcone.data.MovingDigits.Scene;
import io.lightcone.evaluation.Continuation;
import io.lightcone.evaluation.Continuation.Score;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunModel;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.video.Clip;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The obedience of a steered digit to its actions: how often its centre of mass moves, from each generated frame to the
 * next, by more than half a step in the direction of the action, and more along it than across. Frames in which the
 * true digit does not move so far either, because it stands at a side, do not count; "stay" asks that it move by less
 * than half a step.
 *
 * @param obeyed number of frames that obey, by action
 * @param counted number of frames that count, by action
 * @param psnr mean PSNR over all generated frames against the truth, in dB
 * @param repeatLast mean PSNR of repeating the last given frame, in dB
 */
public record Obedience(Map<String, Integer> obeyed, Map<String, Integer> counted, double psnr, double repeatLast) {
    /** The number of clips that are generated. */
    public static final int CLIPS = 64;
    /** The number of frames that are generated of each clip. */
    public static final int FRAMES = 32;

    private static final String STAY = "stay";
    private static final Map<String, double[]> DIRECTIONS = Map.of(
            "left", new double[] {-1, 0},
            "right", new double[] {1, 0},
            "up", new double[] {0, -1},
            "down", new double[] {0, 1});

    /** Pixels below this value are no part of a digit: what a network leaves of black is not quite black. */
    private static final int DARK = 32;

    public Obedience {
        obeyed = Map.copyOf(obeyed);
        counted = Map.copyOf(counted);
    }

    /**
     * Measures how often the digits that a model generates obey.
     *
     * @param check called between any two calls of the model; what it throws ends the work
     */
    public static Obedience of(RunModel model, Runnable check) {
        int given = model.config().sampling().given();
        MovingDigits data = MovingDigits.of(DigitsCandidates.digits(model.config()), given + FRAMES);
        Continuation continuation = new Continuation(
                model::conditionedOn, model.codec(), model.config().sampling(), given);
        return of(truth -> continuation.of(truth, new RandomStreams(1), check), data, model.config());
    }

    /** Measures how often the digits obey in what {@code continuation} makes of the true clips. */
    static Obedience of(UnaryOperator<List<Clip>> continuation, MovingDigits data, RunConfig config) {
        int given = config.sampling().given();
        double step = DigitsCandidates.digits(config).speed();
        List<Scene> scenes =
                IntStream.range(0, CLIPS).mapToObj(data::heldOutScene).toList();
        List<Clip> truth = scenes.stream().map(Scene::clip).toList();
        List<Clip> generated = continuation.apply(truth);
        Map<String, Integer> obeyed = new TreeMap<>();
        Map<String, Integer> counted = new TreeMap<>();
        for (int i = 0; i < CLIPS; i++) {
            for (int f = given; f < given + FRAMES; f++) {
                String action = data.actions().get(truth.get(i).tags().actions().get(f));
                if (action.equals(STAY) || distance(trueMove(scenes.get(i), f)) > step / 2) {
                    counted.merge(action, 1, Integer::sum);
                    obeyed.merge(action, obeys(action, move(generated.get(i), f), step) ? 1 : 0, Integer::sum);
                }
            }
        }
        Score score = Score.of(truth, generated, given);
        return new Obedience(obeyed, counted, score.model(FRAMES), score.repeatLast(FRAMES));
    }

    private static boolean obeys(String action, double[] move, double step) {
        double[] direction = DIRECTIONS.get(action);
        if (direction == null) {
            return distance(move) < step / 2;
        }
        double along = move[0] * direction[0] + move[1] * direction[1];
        double across = Math.abs(move[0] * direction[1]) + Math.abs(move[1] * direction[0]);
        return along > step / 2 && along > across;
    }

    private static double[] trueMove(Scene scene, int frame) {
        double[] now = scene.centres()[0][frame];
        double[] before = scene.centres()[0][frame - 1];
        return new double[] {now[0] - before[0], now[1] - before[1]};
    }

    private static double[] move(Clip clip, int frame) {
        double[] now = centreOfMass(clip, frame);
        double[] before = centreOfMass(clip, frame - 1);
        return new double[] {now[0] - before[0], now[1] - before[1]};
    }

    private static double distance(double[] move) {
        return Math.hypot(move[0], move[1]);
    }

    /**
     * Returns column and row of the centre of mass, in pixels; NaN if all of the frame is dark, which then obeys
     * nothing.
     */
    static double[] centreOfMass(Clip clip, int frame) {
        double sum = 0;
        double x = 0;
        double y = 0;
        for (int p = 0; p < clip.frameBytes(); p++) {
            int value = clip.pixels()[frame * clip.frameBytes() + p] & 0xff;
            if (value >= DARK) {
                int column = p / clip.channels() % clip.width();
                int row = p / clip.channels() / clip.width();
                sum += value;
                x += (double) value * column;
                y += (double) value * row;
            }
        }
        return new double[] {x / sum, y / sum};
    }

    /** Returns the share of all counted frames that obey, in [0, 1]. */
    public double share() {
        return sum(obeyed) / sum(counted);
    }

    /** Returns the share that obeys of the counted frames whose action moves the digit. */
    public double movingShare() {
        double right = sum(obeyed) - obeyed.getOrDefault(STAY, 0);
        return right / (sum(counted) - counted.getOrDefault(STAY, 0));
    }

    private static double sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToDouble(Integer::doubleValue).sum();
    }
}
