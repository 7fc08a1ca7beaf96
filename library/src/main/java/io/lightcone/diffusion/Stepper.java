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
 * One update of noisy frames, from their levels to lower ones. Each frame goes its own way; frames do not see each other
 * here. A stepper keeps nothing between calls: what it needs of a frame's last update is handed to it.
 *
 * <p>Shapes: B batch, T frames, C channels, H W rows and columns.
 */
public interface Stepper {
    /**
     * Moves frames to less noise.
     *
     * @return [B, T, C, H, W] in the caller's scope
     */
    Tensor step(Update update);

    /** Returns how many of a frame's last updates a step looks back at; a roll-out keeps as many. */
    default int past() {
        return 0;
    }

    /**
     * Frames to be moved.
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

        /** A number for each frame, ready to multiply frames with: [1, T, 1, 1, 1]. */
        Tensor perFrame(IntToDoubleFunction value) {
            double[] values = IntStream.range(0, frames()).mapToDouble(value).toArray();
            return Tensors.of(values, 1, frames(), 1, 1, 1).to(x.device(), Tensors.type(x));
        }
    }

    /**
     * An earlier update of frames. Each frame counts its own, so that it may be another call of the network for each.
     *
     * @param x0 what the network took for their clean frames: [B, T, C, H, W]; zeros for a frame that has had no such update
     * @param level from which each frame was moved; NaN for one that has had no such update
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Before(Tensor x0, double[] level) {}
}
