// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

/**
 * The memory of a training step on a CPU, in bytes. Data, the masks and tables of plans, Java and libtorch themselves
 * come on top.
 *
 * @param weights parameters, float32, and of each worker once more in the type of large matrix products if that is
 *     another
 * @param gradients one number a parameter, of each worker
 * @param optimizer two numbers a parameter: AdamW's mean and mean square
 * @param average the moving average of the weights
 * @param activations what the forward pass keeps for the backward pass, an estimate: see {@link ActivationMemory}
 * @param scratch what is taken beyond that, most of it freed memory that fits nothing asked for later, an estimate: see
 *     {@link ActivationMemory}
 */
public record TrainingMemory(
        long weights, long gradients, long optimizer, long average, long activations, long scratch) {
    /**
     * Says how a training step is computed.
     *
     * @param batch clips in all
     * @param draws how often the decoder runs for each pass of the encoder; without an encoder it does not count
     * @param workers that share the clips, or the draws of clips where these are fewer than workers
     * @param accumulate parts in which each of them computes its share
     * @param recompute whether layers are recomputed
     */
    public record Step(int batch, int draws, int workers, int accumulate, boolean recompute) {
        /** Returns a step of one worker that computes all clips at once. */
        public static Step of(int batch) {
            return new Step(batch, 1, 1, 1, false);
        }

        /** Returns how many clips are in memory at once at most. */
        public int clipsAtOnce() {
            int clips = 0;
            for (int worker = 0; worker < workers; worker++) {
                int share = Math.toIntExact((long) batch * (worker + 1) / workers - (long) batch * worker / workers);
                int parts = Math.max(1, Math.min(accumulate, share));
                clips += (share - 1) / parts + 1;
            }
            return clips;
        }

        /** Returns how many clips are encoded at once at most; workers that share the draws of one all encode it. */
        public int encodedAtOnce() {
            return Math.max(workers, clipsAtOnce());
        }
    }

    /** Returns the sum of all. */
    public long total() {
        return Math.addExact(weights + gradients + optimizer + average, Math.addExact(activations, scratch));
    }
}
