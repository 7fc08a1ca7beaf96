// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.codec.Codec;
import io.lightcone.diffusion.Consistency;
import io.lightcone.diffusion.Updates;
import io.lightcone.model.ClipPredictor;
import io.lightcone.model.Compute;
import io.lightcone.model.SeparableTransformer;
import io.lightcone.model.VideoModel;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Timeline;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes the gradient of distilling the decoder of a separable model: the error of the clean frame that it says of a
 * noisy one, against what the moving average of it says one level lower, where the teacher's decoder has moved the
 * frame ({@link Consistency}; causal consistency distillation, arXiv 2605.15141, there of whole networks).
 *
 * <p>All three decoders have the same encoder, which is not trained: it runs once per clip, without gradients, and they
 * see the same past. Weights of the encoder have no gradients, so nothing changes them.
 */
final class ConsistencyGradient extends BatchGradient {
    private final Consistency consistency;
    private final SeparableTransformer teacher;

    /**
     * Creates it around weights and their moving average; see {@link BatchGradient#BatchGradient}.
     *
     * @param teacher weights of the trained model, whose encoder is the same
     */
    ConsistencyGradient(
            RunConfig config,
            Device device,
            Codec codec,
            Compute compute,
            Parameters weights,
            Parameters averages,
            Parameters teacher) {
        super(config, device, codec, compute, weights, averages);
        try (ResourceStack created = new ResourceStack()) {
            created.add(super::close);
            this.consistency =
                    new Consistency(diffusion, config.training().consistency().levels());
            this.teacher = created.add(SeparableTransformer.of(config.model(), teacher, compute));
            created.keep();
        }
    }

    @Override
    ConsistencyGradient another(Compute compute) {
        return new ConsistencyGradient(
                config,
                device,
                codec,
                compute,
                Parameters.sharing(model().parameters()),
                Parameters.sharing(average().parameters()),
                Parameters.sharing(teacher.parameters()));
    }

    /** {@inheritDoc} Each frame has a level of its own. */
    @Override
    Updates updates(BatchPart part, double done) {
        int frames = codec.layout().frames(part.clips().get(0).frames());
        return consistency.draw(frames, streams.batch("training levels", part.step(), part.drawNumbers()));
    }

    /** {@inheritDoc} That is the teacher, as in its own training. */
    @Override
    VideoModel imagining() {
        return teacher;
    }

    /** {@inheritDoc} Those of the decoder. */
    @Override
    Map<String, Tensor> weights() {
        return ofDecoder(model());
    }

    @Override
    Map<String, Tensor> teacher() {
        return ofDecoder(teacher);
    }

    private static Map<String, Tensor> ofDecoder(VideoModel model) {
        Map<String, Tensor> weights = new LinkedHashMap<>(model.parameters().tensors());
        weights.keySet().removeIf(name -> !model.parameters().group(name).equals(SeparableTransformer.DECODER));
        return weights;
    }

    @Override
    Tensor loss(BatchPart part, Updates drawn, long learned, double done) {
        return Scopes.scoped(() -> {
            Noised clips = noised(part, drawn.levels(), done);
            Timeline.Span span = Timeline.span("past");
            Tensor past_BTND = Scopes.withoutGrad(() -> teacher.past(clips.context(), clips.conditions()));
            span = span.then("target");
            ClipPredictor taught = teacher.given(past_BTND, clips.conditions());
            ClipPredictor average = separable(average()).given(past_BTND, clips.conditions());
            Tensor target_BTCHW = consistency.target(
                    clips.noisy(),
                    drawn,
                    (x_BTCHW, level_BT) -> taught.predict(x_BTCHW, level_BT, null),
                    (x_BTCHW, level_BT) -> average.predict(x_BTCHW, level_BT, null));
            span = span.then("forwards");
            Tensor prediction_BTCHW = separable(model())
                    .given(past_BTND, clips.conditions())
                    .predict(clips.noisy(), clips.at().level_BT(), null);
            span = span.then("loss");
            Tensor error_BT = consistency.error(prediction_BTCHW, clips.noisy(), target_BTCHW, clips.at());
            Tensor sum = sum(error_BT, torch.ones_like(error_BT.detach()), learned, part);
            span.close();
            return sum;
        });
    }

    /** Returns a model of this run as what it is. */
    private static SeparableTransformer separable(VideoModel model) {
        return (SeparableTransformer) model;
    }

    @Override
    public void close() {
        teacher.close();
        super.close();
    }
}
