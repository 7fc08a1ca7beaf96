// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.UserException;
import io.lightcone.attention.Grid;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.Scopes;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A frame-causal diffusion transformer over video, in the manner of DiT (arXiv 2212.09748) with the attention of MSC (arXiv
 * 2412.09828). Each frame has its own noise level, and its own action if the model knows any; what the network says of a
 * frame depends on that frame and earlier ones, on their levels and actions, and on the class of the clip, never on later
 * frames.
 *
 * <pre>
 * x = embed(patches)                    c = embedLevel(level) + class + action        per frame
 * x = x + gate1(c) * attention(modulate1(norm(x), c))                                 per layer
 * x = x + gate2(c) * feedForward(modulate2(norm(x), c))
 * prediction = patches(project(modulate(norm(x), c)))
 * </pre>
 *
 * The network knows nothing of noise schedules: what the prediction means is a matter between training and generation.
 *
 * <p>Shapes: B batch, T frames, C channels, H W pixels, N tokens of a frame, h w tokens in a column and a row, p pixels of a
 * patch's side, D width of a token.
 */
public final class VideoTransformer implements AutoCloseable {
    private static final double NORM_EPSILON = 1e-6;

    private final ModelConfig config;
    private final Parameters parameters;
    private final Compute compute;
    private final Rotary rotary;
    private final Linear embed;
    private final LevelEmbedding embedLevel;
    private final ConditionEmbedding embedConditions;
    private final List<Layer> layers = new ArrayList<>();
    private final Linear modulation;
    private final Linear project;

    private VideoTransformer(ModelConfig config, Parameters parameters, Compute compute) {
        this.config = config;
        this.parameters = parameters;
        this.compute = compute;
        this.rotary = new Rotary(config.headWidth());
        ScalarType type = compute.type();
        int patchValues = config.channels() * config.patch() * config.patch();
        int width = config.width();
        var shared = new MultiScaleAttention.Shared(compute, rotary);
        this.embed = Linear.declare(parameters, "embed", patchValues, width, type);
        this.embedLevel = new LevelEmbedding(parameters, "level", width, type);
        this.embedConditions = new ConditionEmbedding(parameters, "condition", config, type);
        for (int layer = 0; layer < config.depth(); layer++) {
            layers.add(new Layer(parameters, "layers." + layer, config, layer, shared));
        }
        this.modulation = Linear.declare(parameters, "final.modulation", width, 2 * width, type);
        this.project = Linear.declare(parameters, "final.project", width, patchValues, type);
    }

    /**
     * A model around {@code parameters}, which it then owns. Fresh parameters are all zero until {@link #initialise}.
     *
     * @param compute how to compute; the caller keeps it and closes it after the model
     */
    public static VideoTransformer of(ModelConfig config, Parameters parameters, Compute compute) {
        return new VideoTransformer(config, parameters, compute);
    }

    /**
     * Draws fresh weights; this is the whole story of initialisation.
     *
     * <ul>
     *   <li>Weight matrices are Xavier-uniform, so that activations keep their size; the level's two layers and the
     *       rows of classes and actions are small normal, as in DiT.
     *   <li>Biases are zero, but those of queries and keys are one and minus one in turn (of mean zero, or the norm would
     *       remove them): turned by their positions, equal constants score highest where positions agree, so attention starts
     *       out around the query's own place in each frame.
     *   <li>What multiplies a layer's contribution is zero (adaLN-Zero), so every layer starts as the identity; so is the last
     *       layer of the gates, so every branch starts with weight one; and the last projection, so the first prediction is
     *       zero.
     * </ul>
     */
    public void initialise(RandomStream random) {
        parameters.forEach((name, tensor) -> {
            boolean zero = name.endsWith(".bias")
                    || name.contains("modulation.")
                    || name.contains(".gates.")
                    || name.startsWith("final.");
            if (name.endsWith(".qkv.bias")) {
                Tensor queriesAndKeys =
                        tensor.zero_().narrow(0, 0, tensor.size(0) / 3 * 2).view(-1, 2);
                queriesAndKeys.select(1, 0).fill_(new Scalar(1.0));
                queriesAndKeys.select(1, 1).fill_(new Scalar(-1.0));
            } else if (zero) {
                tensor.zero_();
            } else if (name.endsWith(".norm")) {
                tensor.fill_(new Scalar(1.0));
            } else if (name.startsWith("level.") || name.startsWith("condition.")) {
                tensor.copy_(random.normal(tensor.shape()).mul(new Scalar(0.02)));
            } else {
                double bound = Math.sqrt(6.0 / (tensor.size(0) + tensor.size(1)));
                tensor.copy_(random.uniform(tensor.shape())
                        .mul(new Scalar(2 * bound))
                        .sub(new Scalar(bound)));
            }
        });
    }

    /** As {@link #predict(Tensor, Tensor, Conditions)}, where nothing is said of classes and actions. */
    public Tensor predict(Tensor x_BTCHW, Tensor level_BT) {
        return predict(x_BTCHW, level_BT, Conditions.NONE);
    }

    /**
     * Predicts every frame from itself and its past.
     *
     * @param x_BTCHW noisy frames; H and W multiples of the patch
     * @param level_BT the noise level of each frame, in [0, 1]
     * @param conditions the class of each clip and the action of each of its frames
     * @return [B, T, C, H, W] in the caller's scope
     * @throws UserException if the patch does not divide the frames
     * @throws IllegalArgumentException if the conditions are of other clips or frames, or unknown to the model
     */
    public Tensor predict(Tensor x_BTCHW, Tensor level_BT, Conditions conditions) {
        return predict(x_BTCHW, level_BT, conditions, new Past.None(compute.plans()));
    }

    /**
     * A video to be made frame after frame. Memory is bounded if {@code window} is, or if every branch has a limit of its own.
     *
     * @param height of a frame, in pixels
     * @param block the most frames that are in work at once
     * @param window frames that branches without a limit look back, their own included; 0 for all
     * @throws UserException if the patch does not divide the frames
     */
    public FrameStream stream(int height, int width, int block, int window) {
        List<BranchConfig> branches =
                config.branches().stream().map(branch -> branch.within(window)).toList();
        return new FrameStream(this, branches, Grids.of(config, 1, height, width), block);
    }

    /** The same with keys of earlier frames where {@code past} knows any. */
    Tensor predict(Tensor x_BTCHW, Tensor level_BT, Conditions conditions, Past past) {
        return Scopes.scoped(() -> {
            Grid grid = Grids.of(config, (int) x_BTCHW.size(1), (int) x_BTCHW.size(3), (int) x_BTCHW.size(4));
            Tensor c_BTD = embedConditions.add(embedLevel.apply(level_BT), conditions);
            Tensor x_BTND = embed.apply(toPatches(x_BTCHW, grid));
            for (Layer layer : layers) {
                x_BTND = layer.apply(x_BTND, c_BTD, grid, past);
            }
            Tensor shiftScale = modulation.apply(torch.silu(c_BTD)).unsqueeze(2); // B T 1 2D
            Tensor last_BTND = modulate(x_BTND, shiftScale, 0, config.width());
            return toPixels(project.apply(last_BTND), grid);
        });
    }

    /** One layer: attention, then feed-forward, each modulated by the level and conditions of its frame (adaLN-Zero, DiT section 3.2). */
    private static final class Layer {
        private final int width;
        private final MultiScaleAttention attention;
        private final Linear widen;
        private final Linear narrow;
        private final Linear modulation;

        Layer(Parameters parameters, String name, ModelConfig config, int layer, MultiScaleAttention.Shared shared) {
            this.width = config.width();
            int hidden = width * config.feedForward();
            this.attention = new MultiScaleAttention(parameters, name + ".attention", config, layer, shared);
            this.widen = Linear.declare(
                    parameters, name + ".widen", width, hidden, shared.compute().linear());
            this.narrow = Linear.declare(
                    parameters,
                    name + ".narrow",
                    hidden,
                    width,
                    shared.compute().linear());
            this.modulation = Linear.declare(
                    parameters,
                    name + ".modulation",
                    width,
                    6 * width,
                    shared.compute().type());
        }

        Tensor apply(Tensor x_BTND, Tensor c_BTD, Grid grid, Past past) {
            return Scopes.scoped(() -> {
                Tensor m_BT16D = modulation.apply(torch.silu(c_BTD)).unsqueeze(2);
                Tensor seen = attention.apply(modulate(x_BTND, m_BT16D, 0, width), c_BTD, grid, past);
                Tensor y_BTND = x_BTND.add(gate(m_BT16D, 2).mul(seen));
                Tensor hidden = torch.gelu(widen.apply(modulate(y_BTND, m_BT16D, 3, width)));
                return y_BTND.add(gate(m_BT16D, 5).mul(narrow.apply(hidden)));
            });
        }

        private Tensor gate(Tensor m_BT16D, int part) {
            return m_BT16D.narrow(-1, (long) part * width, width);
        }
    }

    /** {@code norm(x) * (1 + scale) + shift}, with shift and scale the parts {@code part} and {@code part + 1} of m. */
    private static Tensor modulate(Tensor x_BTND, Tensor m_BT1D, int part, int width) {
        Tensor shift = m_BT1D.narrow(-1, (long) part * width, width);
        Tensor scale = m_BT1D.narrow(-1, (long) (part + 1) * width, width);
        Tensor normed = torch.layer_norm(
                x_BTND, new long[] {width}, new TensorOptional(), new TensorOptional(), NORM_EPSILON, false);
        return torch.addcmul(shift, normed, scale.add(new Scalar(1.0)));
    }

    private Tensor toPatches(Tensor x_BTCHW, Grid grid) {
        int p = config.patch();
        return x_BTCHW.reshape(x_BTCHW.size(0), grid.frames(), config.channels(), grid.height(), p, grid.width(), p)
                .permute(0, 1, 3, 5, 2, 4, 6) // B T h w C p p
                .reshape(x_BTCHW.size(0), grid.frames(), grid.tokensPerFrame(), (long) config.channels() * p * p);
    }

    private Tensor toPixels(Tensor x_BTND, Grid grid) {
        int p = config.patch();
        long batch = x_BTND.size(0);
        return x_BTND.reshape(batch, grid.frames(), grid.height(), grid.width(), config.channels(), p, p)
                .permute(0, 1, 4, 2, 5, 3, 6) // B T C h p w p
                .reshape(batch, grid.frames(), config.channels(), (long) grid.height() * p, (long) grid.width() * p);
    }

    public ModelConfig config() {
        return config;
    }

    public Compute compute() {
        return compute;
    }

    public Parameters parameters() {
        return parameters;
    }

    @Override
    public void close() {
        parameters.close();
        rotary.close();
    }
}
