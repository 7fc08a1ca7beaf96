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
 * The source of the noise of generated frames. Every clip draws its own, named by its number, by what it is for and by
 * the frame, so a clip comes out the same alone and among others, and in whatever order its frames are generated.
 *
 * @param streams random streams from one seed
 * @param clips the numbers of the clips that are generated together
 * @param shape shape of a frame
 * @param device device of the noise
 */
public record Noise(RandomStreams streams, List<Integer> clips, FrameShape shape, Device device) {
    public Noise {
        clips = List.copyOf(clips);
    }

    /** Returns the number of clips that are generated together. */
    int batch() {
        return clips.size();
    }

    /**
     * Draws noise for {@code purpose}, the same for the same frame at each call: [B, 1, C, H, W] in the caller's scope.
     */
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

    /** Returns levels of frames that are the same for all clips. */
    Levels levels(double... levels) {
        return Levels.same(batch(), levels);
    }

    /** Returns levels as a model takes them: [B, T] in the caller's scope. */
    Tensor levelTensor(Levels levels) {
        return levels.tensor(device, ScalarType.Float);
    }
}
