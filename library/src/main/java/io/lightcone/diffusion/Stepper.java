// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.diffusion.Diffusion.Estimate;
import io.lightcone.tensor.Tensors;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * A stepper computes one update of noisy frames, from their levels to lower ones. Each frame has its own levels; frames
 * do not see each other here. A stepper keeps nothing between calls: it is passed what it needs of a frame's last
 * updates.
 *
 * <p>Shapes: B batch, T frames, C channels, H W rows and columns.
 */
public interface Stepper {
    /**
     * Moves frames to lower levels.
     *
     * @return [B, T, C, H, W] in the caller's scope
     */
    Tensor step(Update update);

    /** Returns how many of a frame's last updates a step uses; a roll-out keeps as many. */
    default int past() {
        return 0;
    }

    /**
     * An update describes the frames to be moved, their levels before and after, and what is known of them.
     *
     * @param schedule what levels mean
     * @param from the level of each frame, the same for all clips
     * @param to the level each frame is to reach, below {@code from}
     * @param x frames at {@code from}: [B, T, C, H, W]
     * @param estimate what the network says of them
     * @param before what was known of each frame at its last updates, as many as {@link #past} says, the latest first
     * @param noise fresh noise like {@code x}, the same whenever this update is repeated
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Update(
            NoiseSchedule schedule,
            double[] from,
            double[] to,
            Tensor x,
            Estimate estimate,
            List<Before> before,
            Supplier<Tensor> noise) {
        public Update {
            before = List.copyOf(before);
        }

        int frames() {
            return from.length;
        }

        /** Returns a number for each frame, shaped to multiply frames with: [1, T, 1, 1, 1]. */
        Tensor perFrame(IntToDoubleFunction value) {
            double[] values = IntStream.range(0, frames()).mapToDouble(value).toArray();
            return Tensors.of(values, 1, frames(), 1, 1, 1).to(x.device(), Tensors.type(x));
        }
    }

    /**
     * An earlier update of the frames. Each frame counts its own, so that it may be another call of the network for
     * each.
     *
     * @param x0 the network's estimate of the clean frames: [B, T, C, H, W]; zeros for a frame that has had no such
     *     update
     * @param level from which each frame was moved; NaN for one that has had no such update
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Before(Tensor x0, double[] level) {}
}
