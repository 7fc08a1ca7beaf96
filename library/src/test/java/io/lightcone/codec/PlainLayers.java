// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Layers of networks on one picture [C, H, W], computed in float64 by plain loops over the weights of a file: what
 * networks of libtorch are compared with.
 */
final class PlainLayers {
    private final Map<String, double[]> values = new HashMap<>();
    private final Map<String, int[]> shapes = new HashMap<>();
    private String prefix = "";

    /** Reads the weights of a file. */
    PlainLayers(Path file) {
        Scopes.run(() -> {
            try {
                Safetensors.read(file).tensors().forEach((name, tensor) -> {
                    values.put(name, Tensors.doubles(tensor));
                    shapes.put(
                            name,
                            IntStream.range(0, (int) tensor.dim())
                                    .map(i -> (int) tensor.size(i))
                                    .toArray());
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Sets what names begin with from now on. */
    PlainLayers within(String other) {
        prefix = other;
        return this;
    }

    private double[] value(String name) {
        double[] value = values.get(prefix + name);
        assertThat(value).as(prefix + name).isNotNull();
        return value == null ? new double[0] : value;
    }

    /** Returns the convolution {@code name} of every place, with zeros around, with its bias if it has one. */
    double[][][] convolution(double[][][] x, String name) {
        int[] shape = shapes.getOrDefault(prefix + name + ".weight", new int[4]);
        return convolution(x, name, 1, shape[2] / 2, shape[2] / 2);
    }

    /** Returns the convolution {@code name} of every n-th place, with zeros before and after rows and columns. */
    double[][][] convolution(double[][][] x, String name, int stride, int before, int after) {
        double[] weight = value(name + ".weight");
        int[] shape = shapes.getOrDefault(prefix + name + ".weight", new int[4]);
        int kernel = shape[2];
        assertThat(x).as(prefix + name).hasNumberOfRows(shape[1]);
        int height = (x[0].length + before + after - kernel) / stride + 1;
        int width = (x[0][0].length + before + after - kernel) / stride + 1;
        double[][][] y = new double[shape[0]][height][width];
        boolean biased = values.containsKey(prefix + name + ".bias");
        for (int o = 0; o < shape[0]; o++) {
            for (int r = 0; r < height; r++) {
                for (int c = 0; c < width; c++) {
                    double sum = biased ? value(name + ".bias")[o] : 0;
                    for (int i = 0; i < shape[1]; i++) {
                        for (int k = 0; k < kernel * kernel; k++) {
                            int row = r * stride + k / kernel - before;
                            int column = c * stride + k % kernel - before;
                            boolean inside = row >= 0 && row < x[0].length && column >= 0 && column < x[0][0].length;
                            double at = inside ? x[i][row][column] : 0;
                            sum += at * weight[(o * shape[1] + i) * kernel * kernel + k];
                        }
                    }
                    y[o][r][c] = sum;
                }
            }
        }
        return y;
    }

    /** Returns x with each group of channels normalised, then scaled and shifted by the weights {@code name}. */
    double[][][] groupNorm(double[][][] x, String name, int groups, double epsilon) {
        int size = x.length / groups;
        int places = x[0].length * x[0][0].length;
        double[][][] y = new double[x.length][x[0].length][x[0][0].length];
        for (int g = 0; g < groups; g++) {
            double mean = 0;
            double variance = 0;
            for (int i = 0; i < size * places; i++) {
                mean += at(x[g * size + i / places], i % places) / (size * places);
            }
            for (int i = 0; i < size * places; i++) {
                double difference = at(x[g * size + i / places], i % places) - mean;
                variance += difference * difference / (size * places);
            }
            for (int i = 0; i < size * places; i++) {
                int c = g * size + i / places;
                int p = i % places;
                double normed = (at(x[c], p) - mean) / Math.sqrt(variance + epsilon);
                y[c][p / x[0][0].length][p % x[0][0].length] =
                        normed * value(name + ".weight")[c] + value(name + ".bias")[c];
            }
        }
        return y;
    }

    private static double at(double[][] plane, int place) {
        return plane[place / plane[0].length][place % plane[0].length];
    }

    /** Returns W x + b at each place; the weight may be the kernel of a convolution of one place. */
    double[][] linear(double[][] x_SC, String name) {
        double[] weight = value(name + ".weight");
        double[] bias = value(name + ".bias");
        double[][] y_SC = new double[x_SC.length][bias.length];
        for (int s = 0; s < x_SC.length; s++) {
            for (int o = 0; o < bias.length; o++) {
                y_SC[s][o] = bias[o];
                for (int i = 0; i < x_SC[s].length; i++) {
                    y_SC[s][o] += weight[o * x_SC[s].length + i] * x_SC[s][i];
                }
            }
        }
        return y_SC;
    }

    static double[][][] each(double[][][] x, DoubleUnaryOperator function) {
        return combined(x, x, (a, b) -> function.applyAsDouble(a));
    }

    static double[][][] relu(double[][][] x) {
        return each(x, value -> Math.max(0, value));
    }

    static double[][][] silu(double[][][] x) {
        return each(x, value -> value / (1 + Math.exp(-value)));
    }

    static double[][][] sum(double[][][] x, double[][][] y) {
        return combined(x, y, Double::sum);
    }

    private static double[][][] combined(double[][][] x, double[][][] y, DoubleBinaryOperator f) {
        double[][][] z = new double[x.length][x[0].length][x[0][0].length];
        for (int c = 0; c < x.length; c++) {
            for (int r = 0; r < x[0].length; r++) {
                for (int s = 0; s < x[0][0].length; s++) {
                    z[c][r][s] = f.applyAsDouble(x[c][r][s], y[c][r][s]);
                }
            }
        }
        return z;
    }

    /** Returns each place four times. */
    static double[][][] doubled(double[][][] x) {
        double[][][] y = new double[x.length][2 * x[0].length][2 * x[0][0].length];
        for (int c = 0; c < y.length; c++) {
            for (int r = 0; r < y[0].length; r++) {
                for (int s = 0; s < y[0][0].length; s++) {
                    y[c][r][s] = x[c][r / 2][s / 2];
                }
            }
        }
        return y;
    }

    /** Returns the picture of a number, [C, H, W], of pictures [N, C, H, W] in one row of values. */
    static double[][][] picture(double[] values, int number, int channels, int height, int width) {
        double[][][] x = new double[channels][height][width];
        for (int c = 0; c < channels; c++) {
            for (int r = 0; r < height; r++) {
                System.arraycopy(values, ((number * channels + c) * height + r) * width, x[c][r], 0, width);
            }
        }
        return x;
    }

    /** Returns all values in one row. */
    static double[] flat(double[][][] x) {
        double[] values = new double[x.length * x[0].length * x[0][0].length];
        for (int i = 0; i < values.length; i++) {
            int places = x[0].length * x[0][0].length;
            values[i] = at(x[i / places], i % places);
        }
        return values;
    }
}
