// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.diffusion.Levels;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Where the noise of generated frames comes from. Every clip draws its own, named by its number, by what it is for and by the
 * frame, so a clip comes out the same alone and among others, and in whatever order its frames are made.
 *
 * @param streams from one seed
 * @param clips the numbers of the clips that are made together
 * @param shape of a frame
 * @param device where the noise goes
 */
public record Noise(RandomStreams streams, List<Integer> clips, FrameShape shape, Device device) {
    public Noise {
        clips = List.copyOf(clips);
    }

    /** Clips that are made together. */
    int batch() {
        return clips.size();
    }

    /** For {@code purpose}, the same for the same frame at each call: [B, 1, C, H, W] in the caller's scope. */
    Tensor draw(String purpose, long frame) {
        return Scopes.scoped(() -> {
            Tensor[] noise = new Tensor[clips.size()];
            for (int b = 0; b < noise.length; b++) {
                noise[b] = streams.tensors(purpose, frame, clips.get(b))
                        .normal(1, 1, shape.channels(), shape.height(), shape.width());
            }
            return Tensors.cat(0, noise).to(device, Tensors.type(noise[0]));
        });
    }

    /** The level of each frame, the same for all clips. */
    Levels levels(double... levels) {
        return Levels.same(batch(), levels);
    }

    /** The levels as a model is told them: [B, T] in the caller's scope. */
    Tensor told(Levels levels) {
        return levels.tensor(device, ScalarType.Float);
    }
}
