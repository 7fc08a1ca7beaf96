// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.run.OptimizerConfig;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Timeline;
import io.lightcone.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Makes steps of stochastic gradient descent that {@link Workers} share, whatever is learned: each computes the
 * gradient of some of the clips or of their draws, forwards and backwards, and they meet; each then sums, clips and
 * applies the gradients of some of the weights, and moves their average. Sums are formed in the order of the workers,
 * so the same number of workers makes the same steps, bit for bit, and another number the same but for rounding. Native
 * memory of a step is freed when the step ends.
 *
 * @param <G> computes the gradients of one worker, whose weights are those of all in memory
 */
final class Descent<G extends AutoCloseable> implements AutoCloseable {
    private final Workers workers;
    private final OptimizerConfig adam;
    private final GradientExchange exchange;
    /** One for each worker. */
    private final List<G> gradients = new ArrayList<>();

    private final List<Learned<G>> learned = new ArrayList<>();
    private boolean whole = true;

    /**
     * Weights that are clipped and updated together.
     *
     * @param named what their gradient is called in messages
     * @param weights returns them by name, each with the gradient of one worker
     * @param averages their moving averages by name, and perhaps others; empty where there is none
     * @param optimizer updates those of the first worker, and so of all
     */
    record Learned<G>(
            String named, Function<G, Map<String, Tensor>> weights, Map<String, Tensor> averages, AdamW optimizer) {}

    /**
     * Creates what computes the gradients of all workers.
     *
     * @param workers share each step; this object then owns them, even if it cannot be created
     * @param adam how weights follow their gradients
     * @param exchange sums losses and gradients over the processes that share a batch
     * @param first creates what computes the gradients of the first worker, which this object then owns
     * @param another creates one more from the first
     */
    Descent(
            Workers workers,
            OptimizerConfig adam,
            GradientExchange exchange,
            Supplier<? extends G> first,
            UnaryOperator<G> another) {
        this.adam = adam;
        this.exchange = exchange;
        try (ResourceStack created = new ResourceStack()) {
            this.workers = created.add(workers);
            gradients.add(created.add(first.get()));
            while (gradients.size() < workers.count()) {
                gradients.add(created.add(another.apply(gradients.get(0))));
            }
            created.keep();
        }
    }

    /**
     * Adds weights that are to be learned, with fresh state of their optimiser, which this object owns.
     *
     * @param rates learning rate of each weight by name, in multiples of that of a step
     */
    Learned<G> learn(
            String named,
            Function<G, Map<String, Tensor>> weights,
            ToDoubleFunction<String> rates,
            Map<String, Tensor> averages) {
        AdamW optimizer =
                new AdamW(weights.apply(first()), rates, workers, adam.beta1(), adam.beta2(), adam.weightDecay());
        Learned<G> added = new Learned<>(named, weights, averages, optimizer);
        learned.add(added);
        return added;
    }

    /** Returns what computes the gradients of the first worker. */
    G first() {
        return gradients.get(0);
    }

    /** Returns what computes the gradients of each worker. */
    List<G> gradients() {
        return List.copyOf(gradients);
    }

    /** Returns whether weights, averages and optimisers are of one step: no failure interrupted their update. */
    boolean isWhole() {
        return whole;
    }

    /**
     * Returns a batch as the shares of at most all workers, in order.
     *
     * @param parts in at most so many of which each worker computes its share
     */
    List<List<BatchPart>> shares(BatchPart batch, int parts) {
        return batch.shares(workers.count()).stream()
                .map(share -> share.split(parts))
                .toList();
    }

    /**
     * Returns the work of one worker that computes its share part by part, so that only one of them takes memory.
     *
     * @param contribution adds the gradient of a part, and returns what it contributes to the loss of the batch
     */
    static <G, P> ToDoubleFunction<G> inTurn(List<P> parts, ToDoubleBiFunction<G, P> contribution) {
        return gradient -> {
            double sum = 0;
            for (P part : parts) {
                sum += contribution.applyAsDouble(gradient, part);
            }
            return sum;
        };
    }

    /**
     * Makes one step.
     *
     * @param moving what is updated; the first of them gives the norm of the result
     * @param work returns what each worker is to do, of at most all: it adds to its gradients, those of {@code moving}
     *     at least, and returns what its clips contribute to the loss of the batch
     * @return the loss of the whole batch, and the norm of its gradient before clipping
     * @throws DivergedException if a gradient is not finite; the weights are then as before
     */
    TrainingStep.Result step(
            BatchPart batch,
            double learningRate,
            List<Learned<G>> moving,
            Supplier<? extends List<? extends ToDoubleFunction<? super G>>> work) {
        double[] result = new double[2];
        Scopes.run(() -> {
            try {
                result[0] = exchange.sum(accumulate(moving, work));
                moving.forEach(weights -> exchange.sum(weights.optimizer.gradients()));
                Timeline.Span span = Timeline.span("clipping gradients");
                double[] norms = moving.stream()
                        .mapToDouble(weights -> clip(weights, batch))
                        .toArray();
                result[1] = norms[0];
                whole = false;
                span = span.then("optimiser");
                moving.forEach(weights -> weights.optimizer.update(learningRate));
                span = span.then("moving average");
                moving.forEach(weights -> updateAverage(weights, adam.ema(batch.step())));
                whole = true;
                span.close();
            } finally {
                clearGradients(); // a gradient left behind would be added to that of the next step
            }
        });
        return new TrainingStep.Result(result[0], result[1]);
    }

    /** Has the workers compute their gradients, adds them up in those of the first, and returns the loss. */
    private double accumulate(
            List<Learned<G>> moving, Supplier<? extends List<? extends ToDoubleFunction<? super G>>> work) {
        Timeline.Span span = Timeline.span("gradients");
        List<? extends ToDoubleFunction<? super G>> shares = work.get();
        double[] losses = new double[shares.size()];
        workers.run(shares.size(), worker -> losses[worker] = shares.get(worker).applyAsDouble(gradients.get(worker)));
        span = span.then("adding gradients");
        if (shares.size() > 1) {
            List<G> others = gradients.subList(1, shares.size());
            moving.forEach(weights -> weights.optimizer.addGradients(
                    others.stream().map(weights.weights).toList()));
        }
        span.close();
        return Arrays.stream(losses).sum();
    }

    private double clip(Learned<G> weights, BatchPart batch) {
        double norm = weights.optimizer.clip(adam.clip());
        if (!Double.isFinite(norm)) {
            throw new DivergedException(weights.named, batch.step(), batch.named());
        }
        return norm;
    }

    private void clearGradients() {
        try (Timeline.Span span = Timeline.span("clearing gradients")) {
            workers.run(
                    workers.count(),
                    worker -> learned.forEach(
                            weights -> AdamW.clearGradients(weights.weights.apply(gradients.get(worker)))));
        }
    }

    /** Sets moving averages to the weights, from which they start. */
    void startAverage(Learned<G> weights) {
        updateAverage(weights, 0);
    }

    /** Moves moving averages towards the weights by {@code 1 - decay}. */
    private void updateAverage(Learned<G> weights, double decay) {
        if (weights.averages.isEmpty()) {
            return;
        }
        weights.optimizer.eachPart(own -> Scopes.runWithoutGrad(() -> {
            Scalar share = new Scalar(1 - decay);
            own.forEach((name, weight) ->
                    Objects.requireNonNull(weights.averages.get(name)).lerp_(weight, share));
        }));
    }

    @Override
    public void close() {
        try (ResourceStack all = new ResourceStack()) { // closes the last one first
            gradients.forEach(all::add);
            learned.forEach(weights -> all.add(weights.optimizer));
            all.add(workers);
        }
    }
}
