// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Grid;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Timeline;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Predicts a video with a {@link SeparableTransformer}: it remembers the encoder's keys and values of all finished
 * frames, and the decoder's of the encoder's tokens that the frame in work is shown. The encoder sees a finished frame
 * when the one after it comes, with whose action it is conditioned.
 */
final class SeparableStream implements FrameStream {
    private final SeparableTransformer model;
    private final Grid frame;
    private final ModulationCache encoderModulations;
    private final ModulationCache decoderModulations;
    private final LayerCaches encoded;
    private final LayerCaches decoding;
    private int finished;
    private long encoderPasses;
    private long decoderPasses;
    /**
     * The frame that finished last and the encoder has not seen yet, its level, and the encoder's tokens once it has;
     * all owned by this stream.
     */
    private @Nullable Tensor last_B1CHW;

    private @Nullable Tensor lastLevel_B1;
    private @Nullable Tensor past_B1ND;

    /** Creates a stream before its first frame; the model must outlive it. */
    SeparableStream(SeparableTransformer model, Grid frame, ContextWindow window, Rotary rotary) {
        this.model = model;
        this.frame = frame;
        this.encoderModulations = new ModulationCache((level, step, next) -> model.encoderModulations(level, next));
        this.decoderModulations = new ModulationCache(model::decoderModulations);
        this.encoded = new LayerCaches(model.config().encoderLayers(), frame, 1, window, model.compute(), rotary);
        this.decoding = new LayerCaches(
                model.config().decoderLayers(), frame, 1, ContextWindow.UNLIMITED, model.compute(), rotary);
    }

    /** {@inheritDoc} The encoder is run at the first call for a frame, with the conditions of that call. */
    @Override
    public Tensor predict(Tensor x_B1CHW, Tensor level_B1, @Nullable Tensor step_B1, Conditions conditions) {
        requireFits(x_B1CHW);
        return Scopes.withoutGrad(() -> {
            if (past_B1ND == null) {
                Tensor past = Scopes.unscoped(() -> past(level_B1, conditions));
                past_B1ND = past;
                decoding.clear();
                try (Timeline.Span span = Timeline.span("decoder's past")) {
                    model.prefillDecoder(
                            past,
                            () -> decoderModulations.of(torch.zeros_like(level_B1), null, conditions),
                            frame,
                            decoding);
                }
            }
            decoderPasses++;
            try (Timeline.Span span = Timeline.span("decoder")) {
                Modulations modulations = decoderModulations.of(level_B1, model.told(step_B1), conditions);
                return model.decodeNext(past_B1ND, x_B1CHW, modulations, frame, decoding);
            }
        });
    }

    private void requireFits(Tensor x_BTCHW) {
        encoded.requireFits(model.grid(x_BTCHW));
    }

    /**
     * Returns what the next frame is shown of those before it: the one pass of the encoder over the frame finished
     * last.
     */
    private Tensor past(Tensor like_B1, Conditions next) {
        Tensor x_B1CHW = last_B1CHW;
        Tensor level_B1 = lastLevel_B1;
        if (x_B1CHW == null || level_B1 == null) {
            return model.start((int) like_B1.size(0), frame).clone();
        }
        encoderPasses++;
        try (Timeline.Span span = Timeline.span("encoder")) {
            Modulations modulations = encoderModulations.of(level_B1, null, next);
            Tensor past = model.encode(ContextFrames.plain(x_B1CHW, level_B1), modulations, encoded);
            encoded.commit();
            return past;
        }
    }

    @Override
    public void commit(Tensor x_BTCHW, Tensor level_BT, Conditions conditions) {
        for (int t = 0; t < x_BTCHW.size(1); t++) {
            int frame = t;
            Scopes.runWithoutGrad(() ->
                    commitOne(x_BTCHW.narrow(1, frame, 1), level_BT.narrow(1, frame, 1), conditions.frames(frame, 1)));
        }
    }

    private void commitOne(Tensor x_B1CHW, Tensor level_B1, Conditions own) {
        requireFits(x_B1CHW);
        if (past_B1ND == null && last_B1CHW != null) {
            past(level_B1, own);
        }
        release();
        last_B1CHW = Scopes.unscoped(() -> x_B1CHW.clone());
        lastLevel_B1 = Scopes.unscoped(() -> level_B1.clone());
        finished++;
    }

    /** Returns how often the encoder has been run: once for each finished frame that another one follows. */
    long encoderPasses() {
        return encoderPasses;
    }

    /**
     * Returns how often the decoder has been run: once for each step of each frame. (Where it sees the past as tokens,
     * its layers process these before the first step of a frame, which is one pass over the past alone and not
     * counted.)
     */
    long decoderPasses() {
        return decoderPasses;
    }

    @Override
    public int finished() {
        return finished;
    }

    @Override
    public long bytes() {
        return encoded.bytes() + decoding.bytes();
    }

    @Override
    public void save(Snapshot to) {
        to.put("finished", finished);
        encoded.save(to.part("encoder"));
        putIfThere(to, "last", last_B1CHW);
        putIfThere(to, "lastLevel", lastLevel_B1);
        putIfThere(to, "past", past_B1ND);
        decoding.save(to.part("decoder"));
    }

    private static void putIfThere(Snapshot to, String name, @Nullable Tensor tensor) {
        if (tensor != null) {
            to.put(name, tensor);
        }
    }

    @Override
    public void load(Snapshot from) {
        release();
        finished = Math.toIntExact(from.number("finished"));
        encoded.load(from.part("encoder"));
        decoding.load(from.part("decoder"));
        last_B1CHW = copyIfThere(from, "last");
        lastLevel_B1 = copyIfThere(from, "lastLevel");
        past_B1ND = copyIfThere(from, "past");
    }

    private static @Nullable Tensor copyIfThere(Snapshot from, String name) {
        return from.has(name) ? Scopes.unscoped(() -> from.tensor(name).clone()) : null;
    }

    /** Frees the frame that was finished last, and the encoder's tokens of it. */
    private void release() {
        for (Tensor owned : new Tensor[] {last_B1CHW, lastLevel_B1, past_B1ND}) {
            if (owned != null) {
                owned.close();
            }
        }
        last_B1CHW = null;
        lastLevel_B1 = null;
        past_B1ND = null;
    }

    @Override
    public void close() {
        encoded.close();
        decoding.close();
        encoderModulations.close();
        decoderModulations.close();
        release();
    }
}
