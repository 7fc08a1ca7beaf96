// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.benchmark.BenchmarkResult.ContestantGroup;
import io.lightcone.benchmark.Measurement.Ratio;
import io.lightcone.tensor.Devices;
import io.lightcone.tensor.Scopes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Device;

/**
 * Times contestants and ceilings in turns. Each runs once as a warm-up; then each runs once in every round, in an order
 * drawn anew, so that none always follows the same. The draws are the same in every process.
 */
final class InterleavedRounds {
    private static final int SEED = 1;

    private final List<Contestant> contestants;
    private final List<Baseline> baselines;
    private final Map<Contestant, List<Double>> times = new LinkedHashMap<>();

    private InterleavedRounds(List<Contestant> contestants, List<Baseline> baselines) {
        this.contestants = contestants;
        this.baselines = baselines;
        contestants.forEach(contestant -> times.put(contestant, new ArrayList<>()));
    }

    static BenchmarkResult run(
            int rounds,
            Device device,
            List<Contestant> contestants,
            List<Baseline> baselines,
            BenchmarkListener listener) {
        try (Ceilings ceilings = new Ceilings(device)) {
            List<Contestant> all = new ArrayList<>(ceilings.contestants());
            all.addAll(contestants);
            InterleavedRounds race = new InterleavedRounds(all, baselines);
            race.run(rounds, device, listener);
            return race.result();
        }
    }

    private void run(int rounds, Device device, BenchmarkListener listener) {
        int count = contestants.size();
        Random random = new Random(SEED);
        List<Contestant> order = new ArrayList<>(contestants);
        for (int round = 0; round <= rounds; round++) {
            if (round > 0) {
                Collections.shuffle(order, random);
            }
            for (int turn = 0; turn < count; turn++) {
                Contestant contestant = order.get(turn);
                String when = round == 0 ? "warm-up" : "round " + round + " of " + rounds;
                double done = (round * (double) count + turn) / ((rounds + 1.0) * count);
                listener.next(when + ": " + contestant.group() + ", " + contestant.name(), done);
                double milliseconds = time(contestant.work(), device);
                if (round > 0) {
                    of(contestant).add(milliseconds);
                }
            }
        }
    }

    /**
     * Returns the milliseconds that {@code work} takes until the device has finished; tensors that it creates are
     * freed.
     */
    static double time(Runnable work, Device device) {
        Devices.synchronize(device);
        long start = System.nanoTime();
        Scopes.run(work);
        Devices.synchronize(device);
        return (System.nanoTime() - start) / 1e6;
    }

    private List<Double> of(Contestant contestant) {
        return times.getOrDefault(contestant, List.of());
    }

    private BenchmarkResult result() {
        Map<String, List<Measurement>> groups = new LinkedHashMap<>();
        for (Contestant contestant : contestants) {
            groups.computeIfAbsent(contestant.group(), name -> new ArrayList<>())
                    .add(line(contestant));
        }
        List<Measurement> ceilings = groups.remove(Ceilings.GROUP);
        return new BenchmarkResult(
                ceilings == null ? List.of() : ceilings,
                groups.entrySet().stream()
                        .map(entry -> new ContestantGroup(entry.getKey(), entry.getValue(), List.of()))
                        .toList());
    }

    private Measurement line(Contestant contestant) {
        Timing time = Timing.of(of(contestant));
        List<Ratio> ratios = new ArrayList<>();
        for (Baseline baseline : baselinesFor(contestant)) {
            contestants.stream()
                    .filter(other -> other.group().equals(contestant.group())
                            && other.name().equals(baseline.contestant()))
                    .map(other -> new Ratio(
                            baseline.label(),
                            Timing.of(of(other)).median() / time.median(),
                            (double) baseline.cost(other) / contestant.useful()))
                    .forEach(ratios::add);
        }
        return new Measurement(
                contestant.name(),
                contestant.precision(),
                time,
                contestant.useful(),
                contestant.done(),
                ceiling(contestant.precision()),
                ratios);
    }

    /** Returns the baselines for a contestant: all, or those that follow it in the list if it is a baseline itself. */
    private List<Baseline> baselinesFor(Contestant contestant) {
        int after = 0;
        for (int i = 0; i < baselines.size(); i++) {
            if (baselines.get(i).contestant().equals(contestant.name())) {
                after = i + 1;
            }
        }
        return baselines.subList(after, baselines.size());
    }

    /** Returns the speed of the fastest large product in this type, in GFLOP/s. */
    private double ceiling(MatmulPrecision precision) {
        return contestants.stream()
                .filter(each -> each.group().equals(Ceilings.GROUP) && each.precision() == precision)
                .mapToDouble(each -> 2e-6 * each.done() / Timing.of(of(each)).median())
                .max()
                .orElseThrow();
    }
}
