// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Scopes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Creates runs whose weights are damaged. */
public final class SpoiledRun {
    private SpoiledRun() {}

    /**
     * A copy of a run in which all weights of a name that contains {@code part} have this value; in one row alone if
     * not negative.
     */
    public static Path of(Path run, Path copy, String part, int row, float value) throws IOException {
        try (Stream<Path> all = Files.walk(run)) {
            for (Path file : all.toList()) {
                Files.copy(file, copy.resolve(run.relativize(file)));
            }
        }
        try (Stream<Path> all = Files.walk(copy)) {
            for (Path weights :
                    all.filter(file -> file.endsWith("ema.safetensors")).toList()) {
                spoil(weights, part, row, value);
            }
        }
        return copy;
    }

    private static void spoil(Path file, String part, int row, float value) throws IOException {
        IOException[] failure = new IOException[1];
        Scopes.runWithoutGrad(() -> {
            try {
                Safetensors.Contents contents = Safetensors.read(file);
                Map<String, Tensor> tensors = new LinkedHashMap<>(contents.tensors());
                tensors.forEach((name, tensor) -> {
                    if (name.contains(part)) {
                        (row < 0 ? tensor : tensor.select(0, row)).fill_(new Scalar(value));
                    }
                });
                Safetensors.write(file, tensors, contents.metadata());
            } catch (IOException e) {
                failure[0] = e;
            }
        });
        if (failure[0] != null) {
            throw failure[0];
        }
    }
}
