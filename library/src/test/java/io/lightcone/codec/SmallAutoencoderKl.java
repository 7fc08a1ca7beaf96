// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static io.lightcone.codec.PlainLayers.doubled;
import static io.lightcone.codec.PlainLayers.flat;
import static io.lightcone.codec.PlainLayers.silu;
import static io.lightcone.codec.PlainLayers.sum;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A small network of latent diffusion's kind: what its files hold, and what it computes, by plain loops.
 *
 * @param attention names of the maps of attention; empty for no attention
 * @param rank dimensions of their weights, 2 or 4
 */
record SmallAutoencoderKl(
        List<Integer> widths, int layers, int latents, boolean quantised, List<String> attention, int rank) {
    /** The names of the maps of attention in files of today and in old ones. */
    static final List<String> NAMES = List.of("to_q", "to_k", "to_v", "to_out.0");

    static final List<String> OLD_NAMES = List.of("query", "key", "value", "proj_attn");

    /** One with latents of 4 channels, which are half as high and wide as pictures. */
    static final SmallAutoencoderKl FOUR = new SmallAutoencoderKl(List.of(8, 16), 1, 4, true, OLD_NAMES, 4);

    private static final int GROUPS = 4;

    int levels() {
        return widths.size();
    }

    int width(int level) {
        return widths.get(level);
    }

    String config() {
        String down = "\"DownEncoderBlock2D\", ".repeat(levels()).replaceAll(", $", "");
        return """
                {"_class_name": "AutoencoderKL", "_name_or_path": "x", "block_out_channels": %s,
                 "layers_per_block": %d, "latent_channels": %d, "norm_num_groups": %d, "scaling_factor": 0.36,
                 "shift_factor": null, "force_upcast": true, "use_quant_conv": %b, "use_post_quant_conv": %b,
                 "mid_block_add_attention": %b, "down_block_types": [%s], "up_block_types": [%s]}
                """.formatted(
                        widths,
                        layers,
                        latents,
                        GROUPS,
                        quantised,
                        quantised,
                        !attention.isEmpty(),
                        down,
                        down.replace("DownEncoder", "UpDecoder"));
    }

    private static void put(Map<String, long[]> shapes, String name, long... shape) {
        shapes.put(name + ".weight", shape);
        shapes.put(name + ".bias", new long[] {shape[0]});
    }

    private static void putBlock(Map<String, long[]> shapes, String name, int in, int out) {
        put(shapes, name + ".norm1", in);
        put(shapes, name + ".conv1", out, in, 3, 3);
        put(shapes, name + ".norm2", out);
        put(shapes, name + ".conv2", out, out, 3, 3);
        if (in != out) {
            put(shapes, name + ".conv_shortcut", out, in, 1, 1);
        }
    }

    private void putMiddle(Map<String, long[]> shapes, String name) {
        int width = width(levels() - 1);
        putBlock(shapes, name + ".resnets.0", width, width);
        putBlock(shapes, name + ".resnets.1", width, width);
        if (!attention.isEmpty()) {
            put(shapes, name + ".attentions.0.group_norm", width);
            long[] shape = Arrays.copyOf(new long[] {width, width, 1, 1}, rank);
            attention.forEach(each -> put(shapes, name + ".attentions.0." + each, shape));
        }
    }

    Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        int last = width(levels() - 1);
        put(shapes, "encoder.conv_in", width(0), 3, 3, 3);
        put(shapes, "encoder.conv_norm_out", last);
        put(shapes, "encoder.conv_out", 2L * latents, last, 3, 3);
        put(shapes, "decoder.conv_in", last, latents, 3, 3);
        put(shapes, "decoder.conv_norm_out", width(0));
        put(shapes, "decoder.conv_out", 3, width(0), 3, 3);
        putMiddle(shapes, "encoder.mid_block");
        putMiddle(shapes, "decoder.mid_block");
        for (int l = 0; l < levels(); l++) {
            String down = "encoder.down_blocks." + l;
            String up = "decoder.up_blocks." + (levels() - 1 - l);
            for (int i = 0; i < layers; i++) {
                putBlock(shapes, down + ".resnets." + i, width(i == 0 && l > 0 ? l - 1 : l), width(l));
            }
            for (int i = 0; i <= layers; i++) {
                int coarser = i == 0 && l < levels() - 1 ? l + 1 : l;
                putBlock(shapes, up + ".resnets." + i, width(coarser), width(l));
            }
            if (l < levels() - 1) {
                put(shapes, down + ".downsamplers.0.conv", width(l), width(l), 3, 3);
            }
            if (l > 0) {
                put(shapes, up + ".upsamplers.0.conv", width(l), width(l), 3, 3);
            }
        }
        if (quantised) {
            put(shapes, "quant_conv", 2L * latents, 2L * latents, 1, 1);
            put(shapes, "post_quant_conv", latents, latents, 1, 1);
        }
        return shapes;
    }

    private double[][][] block(PlainLayers plain, double[][][] x, String name, boolean shortcut) {
        double[][][] y = plain.convolution(silu(norm(plain, x, name + ".norm1")), name + ".conv1");
        y = plain.convolution(silu(norm(plain, y, name + ".norm2")), name + ".conv2");
        return sum(y, shortcut ? plain.convolution(x, name + ".conv_shortcut") : x);
    }

    private static double[][][] norm(PlainLayers plain, double[][][] x, String name) {
        return plain.groupNorm(x, name, GROUPS, 1e-6);
    }

    private double[][][] middle(PlainLayers plain, double[][][] x, String name) {
        double[][][] y = block(plain, x, name + ".resnets.0", false);
        y = attention.isEmpty() ? y : attended(plain, y, name + ".attentions.0.");
        return block(plain, y, name + ".resnets.1", false);
    }

    private double[][][] attended(PlainLayers plain, double[][][] x, String name) {
        int width = x[0][0].length;
        int places = x[0].length * width;
        double[][][] normed = norm(plain, x, name + "group_norm");
        double[][] tokens = new double[places][x.length];
        for (int i = 0; i < places * x.length; i++) {
            int s = i / x.length;
            tokens[s][i % x.length] = normed[i % x.length][s / width][s % width];
        }
        double[][] q = plain.linear(tokens, name + attention.get(0));
        double[][] k = plain.linear(tokens, name + attention.get(1));
        double[][] v = plain.linear(tokens, name + attention.get(2));
        double[][] seen = new double[places][x.length];
        for (int s = 0; s < places; s++) {
            double[] weights = new double[places];
            double total = 0;
            for (int t = 0; t < places; t++) {
                double score = 0;
                for (int c = 0; c < x.length; c++) {
                    score += q[s][c] * k[t][c];
                }
                weights[t] = Math.exp(score / Math.sqrt((double) x.length));
                total += weights[t];
            }
            for (int t = 0; t < places; t++) {
                for (int c = 0; c < x.length; c++) {
                    seen[s][c] += weights[t] / total * v[t][c];
                }
            }
        }
        double[][] change = plain.linear(seen, name + attention.get(3));
        double[][][] y = new double[x.length][x[0].length][width];
        for (int i = 0; i < places * x.length; i++) {
            int s = i / x.length;
            int c = i % x.length;
            y[c][s / width][s % width] = x[c][s / width][s % width] + change[s][c];
        }
        return y;
    }

    double[] encoded(PlainLayers plain, double[][][] pixels) {
        double[][][] x = plain.convolution(pixels, "encoder.conv_in");
        for (int l = 0; l < levels(); l++) {
            String name = "encoder.down_blocks." + l;
            for (int i = 0; i < layers; i++) {
                x = block(plain, x, name + ".resnets." + i, i == 0 && l > 0 && width(l) != width(l - 1));
            }
            x = l == levels() - 1 ? x : plain.convolution(x, name + ".downsamplers.0.conv", 2, 0, 1);
        }
        x = silu(norm(plain, middle(plain, x, "encoder.mid_block"), "encoder.conv_norm_out"));
        x = plain.convolution(x, "encoder.conv_out");
        x = quantised ? plain.convolution(x, "quant_conv") : x;
        return flat(Arrays.copyOf(x, latents));
    }

    double[] decoded(PlainLayers plain, double[][][] codes) {
        double[][][] x = quantised ? plain.convolution(codes, "post_quant_conv") : codes;
        x = middle(plain, plain.convolution(x, "decoder.conv_in"), "decoder.mid_block");
        for (int l = levels() - 1; l >= 0; l--) {
            String name = "decoder.up_blocks." + (levels() - 1 - l);
            for (int i = 0; i <= layers; i++) {
                boolean changes = i == 0 && l < levels() - 1 && width(l) != width(l + 1);
                x = block(plain, x, name + ".resnets." + i, changes);
            }
            x = l == 0 ? x : plain.convolution(doubled(x), name + ".upsamplers.0.conv");
        }
        return flat(plain.convolution(silu(norm(plain, x, "decoder.conv_norm_out")), "decoder.conv_out"));
    }
}
