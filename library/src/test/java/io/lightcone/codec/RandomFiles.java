// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.Precision;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Writes files of random weights, as small networks need them in place of published ones. */
final class RandomFiles {
    private RandomFiles() {}

    /** Returns names and shapes from lines such as {@code conv.weight 8x3x3x3}. */
    static Map<String, long[]> shapes(String lines) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        lines.strip().lines().forEach(line -> {
            String entry = line.strip();
            int space = entry.indexOf(' ');
            String[] sizes = entry.substring(space + 1).split("x", -1);
            shapes.put(
                    entry.substring(0, space),
                    Arrays.stream(sizes).mapToLong(Long::parseLong).toArray());
        });
        return shapes;
    }

    /** Writes random weights of some names and shapes, so that activations keep about their size. */
    static Path write(Path file, Map<String, long[]> shapes, ScalarType type) {
        Scopes.run(() -> {
            RandomStream random = new RandomStreams(3).tensors("weights", 0, 0);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            shapes.forEach((name, shape) -> {
                double inputs = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
                Tensor values = random.normal(shape).mul(new Scalar(shape.length == 1 ? 0.5 : 1 / Math.sqrt(inputs)));
                tensors.put(name, values.to(type));
            });
            try {
                Safetensors.write(file, tensors, Map.of());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return file;
    }

    /** Returns random pictures in float64, of numbers in about [-1, 1]. */
    static Tensor pictures(long... shape) {
        return new RandomStreams(4)
                .tensors("pictures", 0, 0)
                .uniform(shape)
                .mul(new Scalar(2.0))
                .sub(new Scalar(1.0))
                .to(ScalarType.Double);
    }

    /** Asserts that a codec that computes in 16 bits does what it does in 32, but for their rounding. */
    static void assertRoundsOnly(CodecConfig config, int pictures, int height, int width) {
        byte[] bytes = new byte[pictures * height * width * 3];
        new Random(5).nextBytes(bytes);
        Clip clip = new Clip("noise", pictures, height, width, 3, bytes);
        Device cpu = new Device("cpu");
        Scopes.run(() -> {
            try (Codec exact = config.open(3, cpu);
                    Codec rounded = config.open(3, cpu, Precision.BFLOAT16);
                    StreamingDecoder first = exact.decoder();
                    StreamingDecoder second = rounded.decoder()) {
                assertThat(rounded.identity()).isEqualTo(exact.identity());
                Tensor z_1TCHW = exact.encode(List.of(clip));
                Tensor near_1TCHW = rounded.encode(List.of(clip));
                assertThat(Tensors.type(near_1TCHW)).isEqualTo(ScalarType.Float);
                double[] latents = Tensors.doubles(z_1TCHW);
                double[] near = Tensors.doubles(near_1TCHW);
                assertThat(near).isNotEqualTo(latents);
                assertSame(near_1TCHW, latents, new double[0], 0.03);
                byte[] picture = first.next(z_1TCHW.narrow(1, 0, 1)).get(0).pixels();
                byte[] other = second.next(z_1TCHW.narrow(1, 0, 1)).get(0).pixels();
                int farthest = 0;
                for (int i = 0; i < picture.length; i++) {
                    farthest = Math.max(farthest, Math.abs((picture[i] & 0xff) - (other[i] & 0xff)));
                }
                assertThat(farthest).isBetween(1, 12);
            }
        });
    }

    /** Asserts that pictures, of which there are two, have these values. */
    static void assertSame(Tensor found, double[] first, double[] second, double tolerance) {
        double[] values = Tensors.doubles(found);
        assertThat(values).hasSize(first.length + second.length);
        double farthest = 0;
        double largest = 0;
        for (int i = 0; i < values.length; i++) {
            double expected = i < first.length ? first[i] : second[i - first.length];
            farthest = Math.max(farthest, Math.abs(values[i] - expected));
            largest = Math.max(largest, Math.abs(expected));
        }
        assertThat(largest).as("a network that computes something").isGreaterThan(0.1);
        assertThat(farthest / largest).isLessThan(tolerance);
    }
}
