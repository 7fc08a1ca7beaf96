// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.codec.Codec;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.model.Compute;
import io.lightcone.model.VideoModel;
import io.lightcone.run.Models;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunModel;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Workers;
import io.lightcone.training.Trainer;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Measures how training and generation bear other programs on the same machine: their rates with no, one and two busy
 * processes beside them. On n cores a program that shares them fairly keeps n/(n+1) of its rate beside one process at
 * best, and less where its threads wait for one another.
 *
 * <p>In each round every number of processes has its turn, and within it every contestant computes for the same time.
 */
public final class NeighbourBenchmark implements AutoCloseable {
    /** The greatest number of busy processes. */
    private static final int MOST = 2;

    /** No time depends on it. */
    private static final double FRAMES_PER_SECOND = 10;

    private final Workload workload;
    private final double seconds;
    private final ResourceStack created = new ResourceStack();
    private final List<Rate> rates = new ArrayList<>();

    /**
     * The rates of one contestant.
     *
     * @param name what it computes, and how
     * @param unit what is counted in a second
     * @param beside for no, one, two busy processes the rates in all rounds, each as a timing whose numbers are rates
     */
    public record NeighbourResult(String name, String unit, List<Timing> beside) {
        public NeighbourResult {
            beside = List.copyOf(beside);
        }

        /** Returns the share of the quiet rate that is left beside so many busy processes. */
        public double share(int processes) {
            return beside.get(processes).median() / beside.get(0).median();
        }
    }

    /** A contestant: its work, what that counts for, and the rates so far, by the number of processes beside it. */
    private record Rate(String name, String unit, int count, Runnable work, List<List<Double>> measured) {
        static Rate of(String name, String unit, int count, Runnable work) {
            List<List<Double>> measured = new ArrayList<>();
            for (int i = 0; i <= MOST; i++) {
                measured.add(new ArrayList<>());
            }
            return new Rate(name, unit, count, work, measured);
        }
    }

    private NeighbourBenchmark(Workload workload, double seconds) {
        this.workload = workload;
        this.seconds = seconds;
    }

    /**
     * Measures the workload's model.
     *
     * @param seconds that each contestant computes for in each turn
     */
    public static List<NeighbourResult> run(Workload workload, double seconds, BenchmarkListener listener) {
        try (NeighbourBenchmark benchmark = new NeighbourBenchmark(workload, seconds)) {
            benchmark.prepare();
            benchmark.measure(listener);
            return benchmark.rates.stream()
                    .map(rate -> new NeighbourResult(
                            rate.name,
                            rate.unit,
                            rate.measured.stream().map(Timing::of).toList()))
                    .toList();
        }
    }

    private void prepare() {
        Workers shared = StepBenchmark.workers(workload.config(), workload);
        if (shared.count() > 1) {
            training("training by " + shared.count() + " workers", shared);
        }
        training("training by one worker", Workers.alone());
        generation();
    }

    private void training(String name, Workers workers) {
        RunConfig config = workload.config();
        Supplier<Compute> compute = () -> Models.compute(config);
        Trainer trainer = created.add(Trainer.fresh(config, workload.device(), workers, compute));
        long[] step = {0};
        List<Clip> clips = StepBenchmark.clips(workload);
        rates.add(Rate.of(name, "clips", clips.size(), () -> {
            trainer.step(step[0], clips, config.training().optimizer().learningRate(step[0], 0));
            step[0]++;
        }));
    }

    /** Generates one video without end with random weights, as a run does. */
    private void generation() {
        RunConfig config = Workload.changed(
                workload.config(), "data.height=" + workload.height(), "data.width=" + workload.width());
        RandomStreams streams = new RandomStreams(config.training().seed());
        Codec codec = created.add(config.openCodec(workload.device()));
        Compute compute = created.add(Models.compute(config));
        VideoModel model =
                created.add(Models.create(config, Parameters.fresh(workload.device(), ScalarType.Float), compute));
        Scopes.run(() -> model.initialise(streams.tensors("initial weights", 0, 0)));
        RunModel run = new RunModel(config, model, codec, workload.device(), FRAMES_PER_SECOND);
        DenoisingPlan plan = config.plan(DenoisingPlan.ENDLESS, 0);
        Noise noise = new Noise(streams, List.of(0), run.frameShape(), workload.device());
        RollOut rollOut = created.add(run.rollOut(plan, noise, null));
        rates.add(Rate.of(
                "generation, " + config.sampling().steps() + " updates a frame", "frames", 1, () -> rollOut.next()));
    }

    private void measure(BenchmarkListener listener) {
        double turns = (workload.rounds() * (MOST + 1.0) + 1) * rates.size();
        int turn = 0;
        for (Rate rate : rates) {
            listener.next("warm-up: " + rate.name, turn++ / turns);
            perSecond(rate);
        }
        for (int round = 0; round < workload.rounds(); round++) {
            for (int processes = 0; processes <= MOST; processes++) {
                try (ResourceStack busy = new ResourceStack()) {
                    for (int i = 0; i < processes; i++) {
                        busy.add(BusyProcess.start());
                    }
                    for (Rate rate : rates) {
                        String beside = processes == 1 ? "one busy process" : processes + " busy processes";
                        listener.next(
                                "round " + (round + 1) + " of " + workload.rounds() + ": " + rate.name + " beside "
                                        + beside,
                                turn++ / turns);
                        rate.measured.get(processes).add(perSecond(rate));
                    }
                }
            }
        }
    }

    /** Returns how much a contestant computes in a second, measured over at least three pieces of its work. */
    private double perSecond(Rate rate) {
        long start = System.nanoTime();
        int done = 0;
        double taken = 0;
        while (taken < seconds || done < 3) {
            InterleavedRounds.time(rate.work, workload.device());
            done++;
            taken = (System.nanoTime() - start) / 1e9;
        }
        return rate.count * done / taken;
    }

    @Override
    public void close() {
        created.close();
    }
}
