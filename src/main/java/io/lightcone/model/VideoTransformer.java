// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.UserException;
import io.lightcone.attention.AttentionPlans;
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
 * 2412.09828). Each frame has its own noise level; what the network says of a frame depends on that frame and earlier ones,
 * and on their levels, never on later ones.
 *
 * <pre>
 * x = embed(patches)                    c = embedLevel(level)                         per frame
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
    private final AttentionPlans plans = new AttentionPlans();
    private final Linear embed;
    private final LevelEmbedding embedLevel;
    private final List<Layer> layers = new ArrayList<>();
    private final Linear modulation;
    private final Linear project;

    private VideoTransformer(ModelConfig config, Parameters parameters, ScalarType type, ScalarType linear) {
        this.config = config;
        this.parameters = parameters;
        int patchValues = config.channels() * config.patch() * config.patch();
        int width = config.width();
        var shared = new MultiScaleAttention.Shared(plans, new Rotary(config.headWidth()), type, linear);
        this.embed = Linear.declare(parameters, "embed", patchValues, width, type);
        this.embedLevel = new LevelEmbedding(parameters, "level", width, type);
        for (int layer = 0; layer < config.depth(); layer++) {
            layers.add(new Layer(parameters, "layers." + layer, config, layer, shared));
        }
        this.modulation = Linear.declare(parameters, "final.modulation", width, 2 * width, type);
        this.project = Linear.declare(parameters, "final.project", width, patchValues, type);
    }

    /**
     * A model around {@code parameters}, which it then owns. Fresh parameters are all zero until {@link #initialise}.
     *
     * @param type type of the residual stream, of norms and of attention
     * @param linear type in which the large matrix products are computed
     */
    public static VideoTransformer of(ModelConfig config, Parameters parameters, ScalarType type, ScalarType linear) {
        return new VideoTransformer(config, parameters, type, linear);
    }

    /**
     * Draws fresh weights; this is the whole story of initialisation. Weight matrices are Xavier-uniform, so that
     * activations keep their size; the level's two layers are small normal, as in DiT; biases are zero, but those of queries
     * and keys are one and minus one in turn (of mean zero, or the norm would remove them): turned by their positions, equal
     * constants score highest where positions agree, so attention starts out around the query's own place in each frame. What multiplies a layer's contribution (adaLN-Zero) is zero, so every layer starts as the identity; so is the gates' last layer, so
     * every branch starts with weight one; and the last projection, so the first prediction is zero.
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
            } else if (name.startsWith("level.")) {
                tensor.copy_(random.normal(tensor.shape()).mul(new Scalar(0.02)));
            } else {
                double bound = Math.sqrt(6.0 / (tensor.size(0) + tensor.size(1)));
                tensor.copy_(random.uniform(tensor.shape())
                        .mul(new Scalar(2 * bound))
                        .sub(new Scalar(bound)));
            }
        });
    }

    /**
     * Predicts every frame from itself and its past.
     *
     * @param x_BTCHW noisy frames; H and W multiples of the patch
     * @param level_BT the noise level of each frame, in [0, 1]
     * @return [B, T, C, H, W] in the caller's scope
     * @throws UserException if the patch does not divide the frames
     */
    public Tensor predict(Tensor x_BTCHW, Tensor level_BT) {
        return Scopes.scoped(() -> {
            Grid grid = grid(x_BTCHW);
            Tensor c_BTD = embedLevel.apply(level_BT);
            Tensor x_BTND = embed.apply(toPatches(x_BTCHW, grid));
            for (Layer layer : layers) {
                x_BTND = layer.apply(x_BTND, c_BTD, grid);
            }
            Tensor shiftScale = modulation.apply(torch.silu(c_BTD)).unsqueeze(2); // B T 1 2D
            Tensor last_BTND = modulate(x_BTND, shiftScale, 0, config.width());
            return toPixels(project.apply(last_BTND), grid);
        });
    }

    /** One layer: attention, then feed-forward, each modulated by the level of its frame (adaLN-Zero, DiT section 3.2). */
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
            this.widen = Linear.declare(parameters, name + ".widen", width, hidden, shared.linear());
            this.narrow = Linear.declare(parameters, name + ".narrow", hidden, width, shared.linear());
            this.modulation = Linear.declare(parameters, name + ".modulation", width, 6 * width, shared.type());
        }

        Tensor apply(Tensor x_BTND, Tensor c_BTD, Grid grid) {
            return Scopes.scoped(() -> {
                Tensor m_BT16D = modulation.apply(torch.silu(c_BTD)).unsqueeze(2);
                Tensor seen = attention.apply(modulate(x_BTND, m_BT16D, 0, width), c_BTD, grid);
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

    private Grid grid(Tensor x_BTCHW) {
        int height = (int) x_BTCHW.size(3);
        int width = (int) x_BTCHW.size(4);
        int patch = config.patch();
        if (height % patch != 0 || width % patch != 0) {
            throw new UserException(
                    "frames of " + width + "x" + height + " pixels cannot be cut into patches of " + patch
                            + "x" + patch + "; choose a width and a height that are multiples of " + patch
                            + ", or another model.patch.");
        }
        return new Grid((int) x_BTCHW.size(1), height / patch, width / patch);
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

    public Parameters parameters() {
        return parameters;
    }

    @Override
    public void close() {
        parameters.close();
        plans.close();
    }
}
