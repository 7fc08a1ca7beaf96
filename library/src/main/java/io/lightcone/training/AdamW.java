// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.tensor.FusedAdamW;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Updates weights with AdamW (arXiv 1711.05101): running means of the gradients and of their squares, with weight decay
 * decoupled from both. Matrices decay; biases and norms do not. The state is plain tensors under stable names, so that
 * it can be saved, and belongs to this object until {@link #close}.
 */
final class AdamW implements AutoCloseable {
    private static final String MEAN = "mean.";
    private static final String SQUARE = "square.";
    private static final String UPDATES = "updates";

    private final double beta1;
    private final double beta2;
    private final double weightDecay;
    private final Map<String, Tensor> weights;
    private final Workers workers;
    private final Map<String, Tensor> state = new LinkedHashMap<>();
    private final List<Part> parts = new ArrayList<>();

    /**
     * Identifies the weights that are updated alike by their multiple of the learning rate and by whether they decay.
     */
    private record Kind(double rate, boolean decays) {}

    /** A part holds the weights that one worker updates; all parts hold about as many numbers. */
    private static final class Part {
        final Map<String, Tensor> weights = new LinkedHashMap<>();
        final Map<Kind, Group> groups = new LinkedHashMap<>();
        long numbers;
    }

    /** A group holds the weights that are updated alike, with the running means of each. */
    private static final class Group {
        final List<Tensor> weights = new ArrayList<>();
        final List<Tensor> means = new ArrayList<>();
        final List<Tensor> squares = new ArrayList<>();

        void update(Tensor updates, double learningRate, double beta1, double beta2, double weightDecay) {
            List<Tensor> gradients = weights.stream().map(Tensor::grad).toList();
            List<Tensor> counts = weights.stream().map(weight -> updates).toList();
            FusedAdamW.update(weights, gradients, means, squares, counts, learningRate, beta1, beta2, weightDecay);
        }
    }

    /**
     * Creates fresh state for {@code weights}, in their order.
     *
     * @param rates learning rate of each weight by name, in multiples of that of {@link #update}
     * @param workers each of which updates some of the weights; they stay the caller's
     */
    AdamW(
            Map<String, Tensor> weights,
            ToDoubleFunction<String> rates,
            Workers workers,
            double beta1,
            double beta2,
            double weightDecay) {
        this.weights = weights;
        this.workers = workers;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.weightDecay = weightDecay;
        try (ResourceStack created = new ResourceStack()) {
            created.add(this);
            createState(rates);
            created.keep();
        }
    }

    private void createState(ToDoubleFunction<String> rates) {
        while (parts.size() < workers.count()) {
            parts.add(new Part());
        }
        weights.forEach((name, weight) -> {
            Tensor mean = create(MEAN + name, () -> torch.zeros_like(weight.detach()));
            Tensor square = create(SQUARE + name, () -> torch.zeros_like(weight.detach()));
            Kind kind = new Kind(rates.applyAsDouble(name), weight.dim() >= 2);
            Part smallest = Collections.min(parts, Comparator.comparingLong(part -> part.numbers));
            smallest.numbers += weight.numel();
            smallest.weights.put(name, weight);
            Group group = smallest.groups.computeIfAbsent(kind, any -> new Group());
            group.weights.add(weight);
            group.means.add(mean);
            group.squares.add(square);
        });
        // On a GPU the fused update reads the count there.
        Tensor any = weights.values().iterator().next();
        create(UPDATES, () -> torch.zeros(new long[0], Tensors.options(ScalarType.Float, any.device())));
    }

    private Tensor create(String name, Supplier<Tensor> supplier) {
        Tensor created = Scopes.unscoped(supplier);
        state.put(name, created);
        return created;
    }

    /**
     * Returns the gradients in the order of the weights, in the caller's scope; writing them in place changes them
     * here.
     */
    List<Tensor> gradients() {
        return weights.values().stream().map(Tensor::mutable_grad).toList();
    }

    /**
     * Runs an action on the weights by name of each part, by the worker that updates them, at the same time as the
     * others.
     */
    void eachPart(Consumer<Map<String, Tensor>> action) {
        workers.run(parts.size(), part -> action.accept(Collections.unmodifiableMap(parts.get(part).weights)));
    }

    /** Adds the gradients of other weights of the same names to those of these, in the order of {@code others}. */
    void addGradients(List<Map<String, Tensor>> others) {
        eachPart(own -> Scopes.runWithoutGrad(() -> own.forEach((name, weight) -> {
            Tensor gradient = weight.mutable_grad();
            others.forEach(other ->
                    gradient.add_(Objects.requireNonNull(other.get(name)).grad()));
        })));
    }

    /**
     * Scales all gradients down so that their joint norm is at most {@code limit}.
     *
     * @return the norm before that; it is not finite if any gradient is not
     */
    double clip(double limit) {
        double[] norms = new double[parts.size()];
        workers.run(parts.size(), part -> norms[part] = norm(parts.get(part).weights));
        double norm = norms.length == 1
                ? norms[0]
                : Math.sqrt(Arrays.stream(norms).map(one -> one * one).sum());
        if (norm > limit) {
            eachPart(own -> Scopes.runWithoutGrad(() -> {
                Scalar factor = new Scalar(limit / norm);
                own.values().forEach(weight -> weight.mutable_grad().mul_(factor));
            }));
        }
        return norm;
    }

    private static double norm(Map<String, Tensor> weights) {
        double[] norm = new double[1];
        Scopes.runWithoutGrad(() -> {
            TensorVector norms = new TensorVector();
            weights.values().forEach(weight -> norms.push_back(torch.linalg_vector_norm(weight.grad())));
            norm[0] = norms.empty()
                    ? 0
                    : torch.linalg_vector_norm(torch.stack(norms)).item_double();
        });
        return norm[0];
    }

    /** Updates every weight from its gradient; the gradients stay. */
    void update(double learningRate) {
        Scopes.runWithoutGrad(() -> tensor(UPDATES).add_(new Scalar(1.0)));
        workers.run(
                parts.size(),
                part -> Scopes.runWithoutGrad(() -> parts.get(part)
                        .groups
                        .forEach((kind, group) -> group.update(
                                tensor(UPDATES),
                                learningRate * kind.rate,
                                beta1,
                                beta2,
                                kind.decays ? weightDecay : 0))));
    }

    /** Sets all gradients of {@code weights} that exist to zero. */
    static void clearGradients(Map<String, Tensor> weights) {
        Scopes.runWithoutGrad(() -> weights.values().forEach(weight -> {
            Tensor gradient = weight.mutable_grad();
            if (gradient.defined()) {
                gradient.zero_();
            }
        }));
    }

    private Tensor tensor(String name) {
        Tensor tensor = state.get(name);
        if (tensor == null) {
            throw new IllegalStateException("no optimiser state " + name);
        }
        return tensor;
    }

    /** Returns the state by name; it stays this object's. */
    Map<String, Tensor> state() {
        return state;
    }

    /**
     * Restores saved values.
     *
     * @throws UserException if they belong to other weights
     */
    void load(Map<String, Tensor> saved) {
        state.forEach((name, tensor) -> {
            Tensor value = saved.get(name);
            if (value == null || value.numel() != tensor.numel()) {
                throw new UserException("the checkpoint's optimizer.safetensors has no fitting entry " + name
                        + "; it belongs to another model or another kind of training.");
            }
            Scopes.runWithoutGrad(() -> tensor.copy_(value.view(tensor.shape())));
        });
    }

    @Override
    public void close() {
        state.values().forEach(Tensor::close);
    }
}
