// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.codec.Codec;
import io.lightcone.data.ClipDataset;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.Machine;
import io.lightcone.run.MemoryAdvice;
import io.lightcone.run.Models;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.Precision;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Workers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import org.bytedeco.pytorch.Device;
import org.jspecify.annotations.Nullable;

/**
 * A model that is to be trained.
 *
 * @param kind how it is trained
 * @param latents folder in which latents of clips are kept, to be found there again; null to keep none
 */
record ModelTask(
        RunConfig config, ModelStep.Kind kind, @Nullable Path latents) implements Task {
    @Override
    public String training() {
        return kind.name();
    }

    @Override
    public String origin() {
        return kind.origin();
    }

    @Override
    public ModelTask resolved(Device device) {
        return with(config.resolved(() -> Machine.linearOn(device), () -> Machine.attentionOn(device)));
    }

    @Override
    public ClipDataset prepared(ClipDataset data) {
        return data.withActions(config.model().actions());
    }

    @Override
    public ModelTask on(ClipDataset data) {
        return with(config.conditioned(data)).keeping(data);
    }

    /** Returns this task without a place for latents if the clips of {@code data} never come again. */
    private ModelTask keeping(ClipDataset data) {
        return data.isEndless() ? new ModelTask(config, kind, null) : this;
    }

    @Override
    public ModelTask begun(ClipDataset data, Device device, Consumer<String> messages) {
        if (config.codec().isMeasured()) {
            messages.accept("Measuring what the codec " + config.codec().kind() + " makes of the data ...");
        }
        ModelTask kept = on(data);
        return kept.with(kept.config.measured(data, known -> kept.with(known).openCodec(device)));
    }

    private ModelTask with(RunConfig other) {
        return new ModelTask(other, kind, latents);
    }

    @Override
    public Learning fresh(Device device, Workers workers) {
        return learning(device, workers, codec -> kind.fresh(config, codec, device, workers));
    }

    @Override
    public Learning resumed(Device device, Workers workers, Checkpoint checkpoint) {
        return learning(device, workers, codec -> kind.resumed(config, codec, device, workers, checkpoint));
    }

    /** Opens the codec and makes a step, which owns it and the workers; without a codec, the workers are closed. */
    private Learning learning(Device device, Workers workers, Function<Codec, ModelStep> made) {
        try (ResourceStack opened = new ResourceStack()) {
            opened.add(workers);
            Codec codec = openCodec(device);
            opened.keep();
            return new ModelLearning(config, made.apply(codec), device);
        }
    }

    private Codec openCodec(Device device) {
        return latents == null ? config.openCodec(device) : config.openCodec(device, latents);
    }

    @Override
    public String memoryAdvice(int workers) {
        return MemoryAdvice.of(config, workers);
    }

    /** {@inheritDoc} A large model is trained by all threads together where the machine is faster at that. */
    @Override
    public int workers(int asked, Device device) {
        return Models.workers(config, asked, device);
    }

    @Override
    public String keptTypes(Device device) {
        Precision linear = Machine.linearOn(device);
        Precision attention = linear == Precision.BFLOAT16 ? Machine.attentionOn(device) : Precision.FLOAT32;
        List<String> kept = new ArrayList<>();
        keep("large products", config.training().linear(), linear, kept);
        keep("attention", config.training().attentionType(), attention, kept);
        return kept.isEmpty() ? "" : "The run keeps " + String.join(", and ", kept) + ".";
    }

    private static void keep(String what, Precision begun, Precision now, List<String> kept) {
        if (begun != now) {
            kept.add(what + " in " + name(begun) + " (a new one would have " + name(now) + " here)");
        }
    }

    private static String name(Precision precision) {
        return precision.toString().toLowerCase(Locale.ROOT);
    }
}
