// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.benchmark.Line.Ratio;
import io.lightcone.benchmark.Result.Group;
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
 * Contestants and ceilings in turns. Each runs once before it counts; then in every round each runs once, in an order drawn
 * anew, so that none always follows the same. The draws are the same every time.
 */
final class Race {
    private static final int SEED = 1;

    private final List<Contestant> contestants;
    private final List<Yardstick> yardsticks;
    private final Map<Contestant, List<Double>> times = new LinkedHashMap<>();

    private Race(List<Contestant> contestants, List<Yardstick> yardsticks) {
        this.contestants = contestants;
        this.yardsticks = yardsticks;
        contestants.forEach(contestant -> times.put(contestant, new ArrayList<>()));
    }

    static Result run(
            int rounds, Device device, List<Contestant> contestants, List<Yardstick> yardsticks, Watcher watcher) {
        try (Ceilings ceilings = new Ceilings(device)) {
            List<Contestant> all = new ArrayList<>(ceilings.contestants());
            all.addAll(contestants);
            Race race = new Race(all, yardsticks);
            race.run(rounds, device, watcher);
            return race.result();
        }
    }

    private void run(int rounds, Device device, Watcher watcher) {
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
                watcher.next(when + ": " + contestant.group() + ", " + contestant.name(), done);
                double milliseconds = time(contestant.work(), device);
                if (round > 0) {
                    of(contestant).add(milliseconds);
                }
            }
        }
    }

    /** Milliseconds that {@code work} takes until the device is done; what it makes is freed. */
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

    private Result result() {
        Map<String, List<Line>> groups = new LinkedHashMap<>();
        for (Contestant contestant : contestants) {
            groups.computeIfAbsent(contestant.group(), name -> new ArrayList<>())
                    .add(line(contestant));
        }
        List<Line> ceilings = groups.remove(Ceilings.GROUP);
        return new Result(
                ceilings == null ? List.of() : ceilings,
                groups.entrySet().stream()
                        .map(entry -> new Group(entry.getKey(), entry.getValue(), List.of()))
                        .toList());
    }

    private Line line(Contestant contestant) {
        Timing time = Timing.of(of(contestant));
        List<Ratio> ratios = new ArrayList<>();
        for (Yardstick yardstick : yardsticksFor(contestant)) {
            contestants.stream()
                    .filter(other -> other.group().equals(contestant.group())
                            && other.name().equals(yardstick.contestant()))
                    .map(other -> new Ratio(
                            yardstick.label(),
                            Timing.of(of(other)).median() / time.median(),
                            (double) yardstick.cost(other) / contestant.useful()))
                    .forEach(ratios::add);
        }
        return new Line(
                contestant.name(),
                contestant.numbers(),
                time,
                contestant.useful(),
                contestant.done(),
                ceiling(contestant.numbers()),
                ratios);
    }

    /** All, or those that come after the contestant if it is one itself. */
    private List<Yardstick> yardsticksFor(Contestant contestant) {
        int after = 0;
        for (int i = 0; i < yardsticks.size(); i++) {
            if (yardsticks.get(i).contestant().equals(contestant.name())) {
                after = i + 1;
            }
        }
        return yardsticks.subList(after, yardsticks.size());
    }

    /** The fastest product of that kind, GFLOP/s. */
    private double ceiling(Numbers numbers) {
        return contestants.stream()
                .filter(each -> each.group().equals(Ceilings.GROUP) && each.numbers() == numbers)
                .mapToDouble(each -> 2e-6 * each.done() / Timing.of(of(each)).median())
                .max()
                .orElseThrow();
    }
}
