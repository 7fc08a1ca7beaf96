// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.testing;

import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Scopes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Gives a run a model of random weights, whose output depends on everything that it is shown. A model that has learned
 * for some steps has hardly begun to look at past frames or conditions; whether its pictures show them is a matter of
 * rounding.
 */
public final class RandomWeights {
    private RandomWeights() {}

    /** Overwrites the weights that generation uses of each checkpoint of {@code run}. */
    public static void in(Path run, double deviation) {
        try (Stream<Path> files = Files.walk(run.resolve("checkpoints"))) {
            List<Path> averages =
                    files.filter(file -> file.endsWith("ema.safetensors")).toList();
            for (Path average : averages) {
                Scopes.run(() -> replace(average, deviation));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void replace(Path file, double deviation) {
        RandomStream random = new RandomStreams(5).tensors("weights", 0, 0);
        try {
            Safetensors.Contents contents = Safetensors.read(file);
            for (Tensor tensor : contents.tensors().values()) {
                tensor.copy_(random.normal(tensor.shape()).mul(new Scalar(deviation)));
            }
            Safetensors.write(file, contents.tensors(), contents.metadata());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
