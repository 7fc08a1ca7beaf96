// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.video.Clip;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Creates small autoencoders for tests, with random weights, so that their output depends on all that they see. */
public final class TestAutoencoders {
    private TestAutoencoders() {}

    /** Returns the configuration of a small autoencoder of colour pictures. */
    public static CausalAutoencoderConfig config(int space, int time) {
        return new CausalAutoencoderConfig(3, 5, space, time, space == 4 ? List.of(6, 8) : List.of(4, 8, 8), 2);
    }

    /** Returns an autoencoder whose blocks change something, which those of a fresh one do not. */
    public static CausalAutoencoder create(CausalAutoencoderConfig config, ScalarType type) {
        CausalAutoencoder made = new CausalAutoencoder(config, Parameters.fresh(new Device("cpu"), type));
        Scopes.runWithoutGrad(() -> {
            RandomStream random = new RandomStreams(3).tensors("weights", 0, 0);
            made.parameters().initialise(random);
            made.parameters().tensors().forEach((name, weight) -> {
                if (name.endsWith(".time.weight")) {
                    Convolution.KEEPS_SIZE.write(weight, random);
                }
            });
        });
        return made;
    }

    /** Returns clips of colour pictures of 16 x 24 pixels, of noise. */
    public static List<Clip> clips(int count, int pictures) {
        Random random = new Random(1);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    byte[] pixels = new byte[pictures * 16 * 24 * 3];
                    random.nextBytes(pixels);
                    return new Clip("noise", pictures, 16, 24, 3, pixels);
                })
                .toList();
    }
}
