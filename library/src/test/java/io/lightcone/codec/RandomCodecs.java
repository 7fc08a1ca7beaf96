// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Writes small autoencoders of the pretrained kinds with random weights, as {@code --codec} takes them. */
public final class RandomCodecs {
    /** An encoder with everything that occurs: a skip, a pool, and two convolutions that halve. */
    static final String TAESD_ENCODER = """
            0.weight 4x3x3x3
            0.bias 4
            1.conv.0.weight 4x4x3x3
            1.conv.0.bias 4
            1.conv.2.weight 4x4x3x3
            1.conv.2.bias 4
            1.conv.4.weight 4x4x3x3
            1.conv.4.bias 4
            2.weight 6x4x3x3
            3.conv.0.weight 8x6x3x3
            3.conv.0.bias 8
            3.conv.2.weight 8x8x3x3
            3.conv.2.bias 8
            3.conv.4.weight 8x8x3x3
            3.conv.4.bias 8
            3.skip.weight 8x6x1x1
            3.pool.0.weight 12x6x1x1
            3.pool.1.weight 12
            3.pool.1.bias 12
            3.pool.3.weight 6x12x1x1
            4.weight 8x8x3x3
            5.weight 5x8x3x3
            5.bias 5
            """;

    /** A decoder likewise; layers 0, 2, 4 and 7 have no weights. */
    static final String TAESD_DECODER = """
            1.weight 8x5x3x3
            1.bias 8
            3.conv.0.weight 4x8x3x3
            3.conv.0.bias 4
            3.conv.2.weight 4x4x3x3
            3.conv.2.bias 4
            3.conv.4.weight 4x4x3x3
            3.conv.4.bias 4
            3.skip.weight 4x8x1x1
            3.pool.0.weight 16x8x1x1
            3.pool.1.weight 16
            3.pool.1.bias 16
            3.pool.3.weight 8x16x1x1
            5.weight 4x4x3x3
            6.conv.0.weight 4x4x3x3
            6.conv.0.bias 4
            6.conv.2.weight 4x4x3x3
            6.conv.2.bias 4
            6.conv.4.weight 4x4x3x3
            6.conv.4.bias 4
            8.weight 4x4x3x3
            9.weight 3x4x3x3
            9.bias 3
            """;

    private RandomCodecs() {}

    /** Writes an encoder and a decoder of the TAESD family, whose latents have 5 channels and the factor 4. */
    public static Path taesd(Path folder) throws IOException {
        Files.createDirectories(folder);
        RandomFiles.write(folder.resolve("encoder.safetensors"), RandomFiles.shapes(TAESD_ENCODER), ScalarType.Float);
        RandomFiles.write(folder.resolve("decoder.safetensors"), RandomFiles.shapes(TAESD_DECODER), ScalarType.Float);
        return folder;
    }

    /** Writes an autoencoder in the layout of diffusers, whose latents have 4 channels and the factor 2. */
    public static Path autoencoderKl(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), SmallAutoencoderKl.FOUR.config());
        RandomFiles.write(folder.resolve(AutoencoderKl.WEIGHTS), SmallAutoencoderKl.FOUR.shapes(), ScalarType.Float);
        return folder;
    }
}
