// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.config.ConfigReader;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Workers;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that two workers, each with a part of the batch, make the steps of one worker that has all of it. */
class GradientExchangeTest {
    private static final Device CPU = new Device("cpu");
    private static final int STEPS = 3;
    private static final int BATCH = 5;

    /** Sums over the threads of one process. */
    private static final class Meeting {
        private final float[][][] told;
        private final double[] sums;
        private final CyclicBarrier barrier;

        Meeting(int workers) {
            told = new float[workers][][];
            sums = new double[workers];
            barrier = new CyclicBarrier(workers);
        }

        private void await() {
            try {
                barrier.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException("another worker has failed", e);
            }
        }

        GradientExchange worker(int number) {
            return new GradientExchange() {
                @Override
                public long sum(long count) {
                    return (long) sum((double) count);
                }

                @Override
                public double sum(double loss) {
                    sums[number] = loss;
                    await();
                    double sum = Arrays.stream(sums).sum();
                    await();
                    return sum;
                }

                @Override
                public void sum(List<Tensor> gradients) {
                    told[number] = gradients.stream().map(Tensors::floats).toArray(float[][]::new);
                    await();
                    Scopes.runWithoutGrad(() -> {
                        for (int i = 0; i < gradients.size(); i++) {
                            float[] sum = new float[told[0][i].length];
                            for (float[][] one : told) {
                                for (int n = 0; n < sum.length; n++) {
                                    sum[n] += one[i][n];
                                }
                            }
                            Tensor gradient = gradients.get(i);
                            gradient.copy_(Tensors.of(sum, sum.length).view(gradient.shape()));
                        }
                    });
                    await();
                }
            };
        }
    }

    private record Trained(List<TrainingStep.Result> results, Map<String, float[]> weights) {}

    private static Trained train(RunConfig config, GradientExchange exchange, int from, int to) {
        List<TrainingStep.Result> results = new ArrayList<>();
        Map<String, float[]> weights = new TreeMap<>();
        try (Trainer trainer =
                (Trainer) Trainer.kind(exchange).fresh(config, config.openCodec(CPU), CPU, Workers.alone())) {
            for (int step = 0; step < STEPS; step++) {
                List<Clip> clips = TestRuns.batch(config, step).subList(from, to);
                BatchPart part = new BatchPart(step, from, BATCH, clips, trainer.draws());
                results.add(trainer.step(part, 1e-3, 0.5));
            }
            trainer.model().parameters().tensors().forEach((name, weight) -> weights.put(name, Tensors.floats(weight)));
        }
        return new Trained(results, weights);
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "separable"})
    void twoWorkersWithPartsOfABatchTrainLikeOneWithTheWhole(String kind) throws Exception {
        String[] settings = {"training.batch=" + BATCH, "training.levels.clean=0.4", "training.levels.cleanFrames=any"};
        RunConfig base = kind.equals("small")
                ? ConfigReader.read(RunConfig.class, TestRuns.small(10), null, List.of(settings))
                : TestRuns.separable(10, settings[0], settings[1], settings[2], "training.separable.draws=2");
        RunConfig config = TestRuns.conditioned(base, 0.5);
        Trained whole = train(config, GradientExchange.ALONE, 0, BATCH);
        Meeting meeting = new Meeting(2);
        CompletableFuture<Trained> other =
                CompletableFuture.supplyAsync(() -> train(config, meeting.worker(1), 2, BATCH));
        Trained one = train(config, meeting.worker(0), 0, 2);

        for (Trained worker : List.of(one, other.get(1, TimeUnit.MINUTES))) {
            for (int step = 0; step < STEPS; step++) {
                TrainingStep.Result expected = whole.results.get(step);
                TrainingStep.Result result = worker.results.get(step);
                assertThat(result.loss()).isCloseTo(expected.loss(), Offset.offset(1e-5));
                assertThat(result.gradientNorm()).isCloseTo(expected.gradientNorm(), Offset.offset(1e-5));
            }
            worker.weights.forEach((name, weight) -> assertThat(weight)
                    .as(name)
                    .containsExactly(Objects.requireNonNull(whole.weights.get(name)), Offset.offset(2e-5f)));
        }
        one.weights.forEach((name, weight) -> assertThat(other.join().weights.get(name))
                .as("%s of both workers", name)
                .isEqualTo(weight));
        Trained half = train(config, GradientExchange.ALONE, 0, 2);
        assertThat(half.results.get(STEPS - 1).loss())
                .as("the loss of a part by itself")
                .isNotCloseTo(whole.results.get(STEPS - 1).loss(), Offset.offset(1e-3));
    }
}
