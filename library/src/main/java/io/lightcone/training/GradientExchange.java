// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Sums the gradients, losses and counts that several workers compute on their parts of one batch, so that each makes
 * the same step as one worker with the whole batch would. It is called between the backward pass and clipping. Every
 * worker makes the same calls in the same order, and each call returns once all workers have made it; where one fails
 * or stays away, the others' calls throw.
 *
 * <p>The sums must be the same numbers for all workers, so they are formed in one order: else weights drift apart.
 */
public interface GradientExchange {
    /** The exchange of a single worker that has the whole batch, whose sums are its own values. */
    GradientExchange ALONE = new GradientExchange() {
        @Override
        public long sum(long count) {
            return count;
        }

        @Override
        public double sum(double loss) {
            return loss;
        }

        @Override
        public void sum(List<Tensor> gradients) {}
    };

    /** Returns the sum of a count over all workers, such as the frames to be learned in their parts of the batch. */
    long sum(long count);

    /** Returns the sum of the contributions of all workers to the loss of the batch. */
    double sum(double loss);

    /**
     * Replaces each gradient by its sum over all workers.
     *
     * @param gradients in the order of the model's weights, the same of all workers; they stay the caller's, and are to
     *     be written in place
     */
    void sum(List<Tensor> gradients);
}
