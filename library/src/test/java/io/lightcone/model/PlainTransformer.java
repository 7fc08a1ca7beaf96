// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Branch;
import io.lightcone.model.ModelConfig.BranchInput;
import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Computes a model's predictions for one clip a second time, in plain arithmetic, one token at a time, from the papers'
 * formulas and the names of the weights: it fixes what a checkpoint means, whatever becomes of the code.
 */
final class PlainTransformer {
    private final ModelConfig config;
    private final Map<String, double[]> weights = new HashMap<>();
    private final int rows;
    private final int columns;

    /**
     * Holds tokens and their grid.
     *
     * @param rows tokens in a column of a frame
     */
    PlainTransformer(ModelConfig config, Map<String, Tensor> weights, int rows, int columns) {
        this.config = config;
        this.rows = rows;
        this.columns = columns;
        weights.forEach((name, tensor) -> this.weights.put(name, Tensors.doubles(tensor)));
    }

    /**
     * Predicts a clip.
     *
     * @param pixels [T, C, H, W] in one row
     * @param levels of its frames
     * @param label its class
     * @param actions of its frames
     * @return [T, C, H, W]
     */
    double[] predict(double[] pixels, double[] levels, int label, int[] actions) {
        int frames = levels.length;
        if (!config.separable()) {
            double[][] c = conditions("", levels, label, actions);
            double[][][] x = layers("", config, embed("", pixels, frames), c);
            return pixels("", modulated("", x, c));
        }
        double[][][] noisy = embed("decoder.", pixels, frames);
        double[][][] past = past(pixels, levels, label, actions);
        double[][] clean = conditions("decoder.", new double[frames], label, actions);
        double[][] own = conditions("decoder.", levels, label, actions);
        double[][][] decoded = new double[frames][][];
        for (int t = 0; t < frames; t++) {
            double[][][] two = {past[t], noisy[t]};
            double[][] c = {clean[t], own[t]};
            decoded[t] = layers("decoder.", config.decoderLayers(), two, c)[1];
        }
        return pixels("decoder.", modulated("decoder.", decoded, own));
    }

    /** Returns the encoder's tokens of the frames before each frame. */
    private double[][][] past(double[] pixels, double[] levels, int label, int[] actions) {
        int frames = levels.length;
        double[][] c = new double[frames - 1][];
        for (int t = 0; t < frames - 1; t++) {
            c[t] = conditions("encoder.", new double[] {levels[t]}, label, actions[t + 1])[0];
        }
        double[][][] x = embed("encoder.", pixels, frames - 1);
        double[][][] said = modulated("encoder.", layers("encoder.", config.encoderLayers(), x, c), c);
        double[][][] past = new double[frames][][];
        past[0] = IntStream.range(0, rows * columns)
                .mapToObj(n -> weight("start"))
                .toArray(double[][]::new);
        System.arraycopy(said, 0, past, 1, frames - 1);
        return past;
    }

    /** Returns tokens, each from the pixels of its patch: channel, row, column. */
    private double[][][] embed(String prefix, double[] pixels, int frames) {
        int side = config.patch();
        double[][][] x = new double[frames][rows * columns][];
        for (int t = 0; t < frames; t++) {
            for (int n = 0; n < rows * columns; n++) {
                double[] patch = new double[config.channels() * side * side];
                for (int i = 0; i < patch.length; i++) {
                    patch[i] = pixels[pixel(t, n, i)];
                }
                x[t][n] = linear(prefix + "embed", patch);
            }
        }
        return x;
    }

    private int pixel(int frame, int token, int i) {
        int side = config.patch();
        int channel = i / (side * side);
        int y = token / columns * side + i / side % side;
        int x = token % columns * side + i % side;
        return ((frame * config.channels() + channel) * rows * side + y) * columns * side + x;
    }

    private double[] pixels(String prefix, double[][][] x) {
        int values = config.channels() * config.patch() * config.patch();
        double[] pixels = new double[x.length * rows * columns * values];
        for (int t = 0; t < x.length; t++) {
            for (int n = 0; n < rows * columns; n++) {
                double[] patch = linear(prefix + "final.project", x[t][n]);
                for (int i = 0; i < values; i++) {
                    pixels[pixel(t, n, i)] = patch[i];
                }
            }
        }
        return pixels;
    }

    /**
     * Embeds a level and conditions: cosines, then sines, of 1000 level / 10000^(i / 128), through two layers; then the
     * rows of class and action.
     */
    private double[][] conditions(String prefix, double[] levels, int label, int... actions) {
        double[][] c = new double[levels.length][];
        for (int t = 0; t < levels.length; t++) {
            double[] waves = new double[256];
            for (int i = 0; i < 128; i++) {
                double angle = 1000 * levels[t] / Math.pow(10_000, i / 128.0);
                waves[i] = Math.cos(angle);
                waves[128 + i] = Math.sin(angle);
            }
            double[] sum = linear(
                    prefix + "level.second", each(linear(prefix + "level.first", waves), PlainTransformer::silu));
            for (int d = 0; d < sum.length; d++) {
                sum[d] += weight(prefix + "condition.classes")[label * sum.length + d];
                sum[d] += weight(prefix + "condition.actions")[actions[t] * sum.length + d];
            }
            c[t] = sum;
        }
        return c;
    }

    private double[][][] layers(String prefix, ModelConfig stack, double[][][] x, double[][] c) {
        double[][][] y = x;
        for (int layer = 0; layer < stack.depth(); layer++) {
            y = layer(prefix + "layers." + layer, layer, stack, y, c);
        }
        return y;
    }

    /**
     * Applies a layer; the modulation has six parts, in this order: shift, scale and gate of attention, then of the
     * feed-forward.
     */
    private double[][][] layer(String name, int layer, ModelConfig stack, double[][][] x, double[][] c) {
        int width = stack.width();
        int frames = x.length;
        double[][][] in = new double[frames][rows * columns][];
        double[][] m = new double[frames][];
        for (int t = 0; t < frames; t++) {
            m[t] = linear(name + ".modulation", each(c[t], PlainTransformer::silu));
            for (int n = 0; n < rows * columns; n++) {
                in[t][n] = modulate(x[t][n], m[t], 0);
            }
        }
        double[][][] seen = attention(name + ".attention", layer, stack, in, c);
        double[][][] out = new double[frames][rows * columns][width];
        for (int t = 0; t < frames; t++) {
            for (int n = 0; n < rows * columns; n++) {
                double[] y = new double[width];
                for (int d = 0; d < width; d++) {
                    y[d] = x[t][n][d] + m[t][2 * width + d] * seen[t][n][d];
                }
                double[] hidden = each(linear(name + ".widen", modulate(y, m[t], 3)), PlainTransformer::gelu);
                double[] fed = linear(name + ".narrow", hidden);
                for (int d = 0; d < width; d++) {
                    out[t][n][d] = y[d] + m[t][5 * width + d] * fed[d];
                }
            }
        }
        return out;
    }

    private double[][][] modulated(String prefix, double[][][] x, double[][] c) {
        double[][][] y = new double[x.length][rows * columns][];
        for (int t = 0; t < x.length; t++) {
            double[] m = linear(prefix + "final.modulation", each(c[t], PlainTransformer::silu));
            for (int n = 0; n < rows * columns; n++) {
                y[t][n] = modulate(x[t][n], m, 0);
            }
        }
        return y;
    }

    /** Returns the norm times one plus the scale, which is the part after the shift, plus the shift. */
    private static double[] modulate(double[] x, double[] m, int part) {
        double[] y = norm(x, 0, x.length);
        for (int d = 0; d < y.length; d++) {
            y[d] = y[d] * (1 + m[(part + 1) * y.length + d]) + m[part * y.length + d];
        }
        return y;
    }

    private static double[] norm(double[] x, int from, int count) {
        double mean = IntStream.range(from, from + count).mapToDouble(i -> x[i]).sum() / count;
        double variance = IntStream.range(from, from + count)
                        .mapToDouble(i -> (x[i] - mean) * (x[i] - mean))
                        .sum()
                / count;
        return IntStream.range(from, from + count)
                .mapToDouble(i -> (x[i] - mean) / Math.sqrt(variance + 1e-6))
                .toArray();
    }

    private double[][][] attention(String name, int layer, ModelConfig stack, double[][][] x, double[][] c) {
        double[][][] out = new double[x.length][rows * columns][stack.width()];
        int head = stack.width()
                / stack.branches().stream().mapToInt(BranchConfig::heads).sum();
        int first = 0;
        for (int b = 0; b < stack.branches().size(); b++) {
            BranchConfig branch = stack.branches().get(b);
            int sizes = 1 + (int) Math.round(Math.log((double) branch.maxDown() / branch.down()) / Math.log(2));
            int down = branch.down() * (int) Math.pow(2, Math.floor((double) layer * sizes / stack.depth()));
            int channels = branch.heads() * head;
            int from = stack.branchInput() == BranchInput.ALL ? 0 : first;
            int inputs = stack.branchInput() == BranchInput.ALL ? stack.width() : channels;
            Cells cells = new Cells(rows, columns, down);
            double[][][] qkv = new double[x.length][cells.count()][];
            for (int t = 0; t < x.length; t++) {
                for (int s = 0; s < cells.count(); s++) {
                    qkv[t][s] = linear(name + ".branches." + b + ".qkv", cells.mean(x[t], s, from, inputs));
                }
            }
            double[][][] turned = new double[x.length][cells.count()][];
            for (int t = 0; t < x.length; t++) {
                for (int s = 0; s < cells.count(); s++) {
                    double[] norm = weight(name + ".branches." + b + ".norm");
                    turned[t][s] = turned(qkv[t][s], 2 * branch.heads(), head, norm, t, cells.y(s), cells.x(s));
                }
            }
            for (int t = 0; t < x.length; t++) {
                double gate = gates(name, stack.branches().size(), c[t])[b];
                for (int s = 0; s < cells.count(); s++) {
                    double[] seen = new double[channels];
                    for (int h = 0; h < branch.heads(); h++) {
                        int oldest = (layer + 1) % stack.temporalEvery() == 0 ? 0 : t;
                        double[] ofHead = attend(branch, cells, turned, qkv, oldest, t, s, h, head);
                        for (int d = 0; d < head; d++) {
                            seen[h * head + d] = gate * ofHead[d];
                        }
                    }
                    double[] mixed = linear(name + ".branches." + b + ".out", seen);
                    for (int n : cells.members(s)) {
                        System.arraycopy(mixed, 0, out[t][n], first, channels);
                    }
                }
            }
            first += channels;
        }
        return out;
    }

    /** Returns the gates of the branches, which sum to their number. */
    private double[] gates(String name, int branches, double[] c) {
        double[] scores = each(linear(name + ".gates", each(c, PlainTransformer::silu)), Math::exp);
        double sum = IntStream.range(0, branches).mapToDouble(b -> scores[b]).sum();
        return each(scores, score -> branches * score / sum);
    }

    /** Attends for a head of one query: queries of all heads come first in a row, then keys, then values. */
    private static double[] attend(
            BranchConfig branch,
            Cells cells,
            double[][][] turned,
            double[][][] qkv,
            int oldest,
            int t,
            int s,
            int h,
            int head) {
        int channels = branch.heads() * head;
        double[] sum = new double[head];
        double total = 0;
        for (int key = oldest; key <= t; key++) {
            for (int k = 0; k < cells.count(); k++) {
                if (!seesFrame(branch, t, key) || !cells.sees(branch, t - key, s, k)) {
                    continue;
                }
                double score = 0;
                for (int d = 0; d < head; d++) {
                    score += turned[t][s][h * head + d] * turned[key][k][channels + h * head + d] / Math.sqrt(head);
                }
                total += Math.exp(score);
                for (int d = 0; d < head; d++) {
                    sum[d] += Math.exp(score) * qkv[key][k][2 * channels + h * head + d];
                }
            }
        }
        double all = total;
        return each(sum, value -> value / all);
    }

    private static boolean seesFrame(BranchConfig branch, int t, int key) {
        int limit = branch.frames() == Branch.ALL ? Integer.MAX_VALUE : branch.frames();
        if (key == t) {
            return true;
        }
        long newer = IntStream.range(key + 1, t)
                .filter(f -> f % branch.stride() == 0)
                .count();
        return switch (branch.keyFrames()) {
            case DILATED -> (t - key) % branch.stride() == 0 && (t - key) / branch.stride() < limit;
            case ANCHORED -> key % branch.stride() == 0 && newer + 1 < limit;
        };
    }

    /**
     * Returns a head normalised, and rotated pair by pair: by frame / 1000^(i / pairs), then row / 100^(i / pairs),
     * then column likewise. Three eighths of the pairs, rounded down, go to rows and as many to columns.
     */
    private static double[] turned(double[] qkv, int heads, int head, double[] norm, int t, double y, double x) {
        double[] all = new double[heads * head];
        for (int h = 0; h < heads; h++) {
            System.arraycopy(turned(norm(qkv, h * head, head), norm, t, y, x), 0, all, h * head, head);
        }
        return all;
    }

    private static double[] turned(double[] values, double[] norm, int t, double y, double x) {
        int pairs = values.length / 2;
        int spatial = pairs * 3 / 8;
        int temporal = pairs - 2 * spatial;
        double[] turned = new double[values.length];
        for (int pair = 0; pair < pairs; pair++) {
            double angle;
            if (pair < temporal) {
                angle = t / Math.pow(1000, (double) pair / temporal);
            } else if (pair < temporal + spatial) {
                angle = y / Math.pow(100, (double) (pair - temporal) / spatial);
            } else {
                angle = x / Math.pow(100, (double) (pair - temporal - spatial) / spatial);
            }
            double a = values[2 * pair] * norm[2 * pair];
            double b = values[2 * pair + 1] * norm[2 * pair + 1];
            turned[2 * pair] = a * Math.cos(angle) - b * Math.sin(angle);
            turned[2 * pair + 1] = a * Math.sin(angle) + b * Math.cos(angle);
        }
        return turned;
    }

    private double[] weight(String name) {
        double[] values = weights.get(name);
        if (values == null) {
            throw new AssertionError("there is no weight " + name + " among " + weights.keySet());
        }
        return values;
    }

    private double[] linear(String name, double[] x) {
        double[] matrix = weight(name + ".weight");
        double[] bias = name.endsWith(".out") ? new double[matrix.length / x.length] : weight(name + ".bias");
        double[] y = new double[bias.length];
        for (int o = 0; o < y.length; o++) {
            y[o] = bias[o];
            for (int i = 0; i < x.length; i++) {
                y[o] += matrix[o * x.length + i] * x[i];
            }
        }
        return y;
    }

    private static double[] each(double[] x, DoubleUnaryOperator function) {
        return Arrays.stream(x).map(function).toArray();
    }

    private static double silu(double x) {
        return x / (1 + Math.exp(-x));
    }

    /**
     * Returns x times the normal distribution function, by the series of its integral, all of whose terms are positive.
     */
    static double gelu(double x) {
        double z = Math.abs(x) / Math.sqrt(2);
        double term = z;
        double sum = z;
        for (int n = 1; term > 1e-18 * sum; n++) {
            term *= 2 * z * z / (2 * n + 1);
            sum += term;
        }
        double erf = z > 8 ? 1 : 2 / Math.sqrt(Math.PI) * Math.exp(-z * z) * sum;
        return x * (1 + Math.signum(x) * erf) / 2;
    }

    /** Divides a frame into cells of {@code down x down} tokens, smaller at its lower and right border. */
    private record Cells(int rows, int columns, int down) {
        int across() {
            return (int) Math.ceil((double) columns / down);
        }

        int along() {
            return (int) Math.ceil((double) rows / down);
        }

        int count() {
            return along() * across();
        }

        List<Integer> members(int cell) {
            return IntStream.range(0, rows * columns)
                    .filter(n -> n / columns / down == cell / across() && n % columns / down == cell % across())
                    .boxed()
                    .toList();
        }

        double[] mean(double[][] tokens, int cell, int from, int count) {
            double[] mean = new double[count];
            for (int n : members(cell)) {
                for (int d = 0; d < count; d++) {
                    mean[d] += tokens[n][from + d] / members(cell).size();
                }
            }
            return mean;
        }

        double y(int cell) {
            return members(cell).stream().mapToInt(n -> n / columns).average().orElseThrow();
        }

        double x(int cell) {
            return members(cell).stream().mapToInt(n -> n % columns).average().orElseThrow();
        }

        boolean sees(BranchConfig branch, int distance, int query, int key) {
            return sees(branch, distance, along(), query / across(), key / across())
                    && sees(branch, distance, across(), query % across(), key % across());
        }

        private static boolean sees(BranchConfig branch, int distance, int length, int query, int key) {
            if (branch.window() == Branch.ALL) {
                return true;
            }
            int cone = branch.cone().tokens() * distance / branch.cone().frames();
            int window = Math.min(length, branch.window() + 2 * cone);
            int start = Math.max(0, Math.min(query - window / 2, length - window));
            return key >= start && key < start + window;
        }
    }
}
