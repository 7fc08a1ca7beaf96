// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.DurableFiles;
import io.lightcone.FileTrouble;
import io.lightcone.NativeMemory;
import io.lightcone.UserException;
import io.lightcone.tensor.Scopes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Describes a copy of a run that holds what generation needs and no more: the configuration and the moving average of
 * the weights in its newest checkpoint, an eighth of a checkpoint's size in numbers of 16 bits. It is a run folder like
 * any other, except that its training cannot be resumed; a new run can begin with it.
 *
 * @param step training step that the weights are of
 * @param numbers how many numbers they hold
 * @param bytes size of their file
 */
public record RunExport(long step, long numbers, long bytes) {
    static {
        NativeMemory.allow();
    }

    /** Names the types in which weights are exported. */
    public enum Type {
        /** Numbers of 32 bits, as in training: the copy makes the same frames bit for bit. */
        FLOAT32(ScalarType.Float),
        /** Numbers of 16 bits, 11 of which are exact, up to 65,504. */
        FLOAT16(ScalarType.Half),
        /** Numbers of 16 bits, 8 of which are exact, of any size. */
        BFLOAT16(ScalarType.BFloat16);

        private final ScalarType type;

        Type(ScalarType type) {
            this.type = type;
        }
    }

    /**
     * Writes a copy of a run.
     *
     * @param run its folder
     * @param to folder of the copy, where nothing is yet
     * @throws UserException if there is no such run, it has no whole checkpoint, {@code to} exists or cannot be
     *     written, in which case it is removed again, or a weight is too large for the type
     */
    public static RunExport write(Path run, Path to, Type type) {
        RunFolder source = RunFolder.open(run);
        RunConfig config = source.config(List.of());
        new ProtectedFiles().run(run).requireNotOverwrittenBy("the copy", to);
        RunFolder.requireFree(to);
        RunExport[] export = new RunExport[1];
        Scopes.runWithoutGrad(() -> {
            AveragedWeights averaged = source.latestAveragedWeights();
            Map<String, Tensor> weights = new LinkedHashMap<>();
            averaged.weights().forEach((name, tensor) -> weights.put(name, narrowed(name, tensor, type)));
            export[0] = write(to, config, new AveragedWeights(weights, averaged.state()));
        });
        return export[0];
    }

    private static Tensor narrowed(String name, Tensor tensor, Type type) {
        Tensor narrow = tensor.to(type.type);
        if (tensor.isfinite().all().item_bool() && !narrow.isfinite().all().item_bool()) {
            throw new UserException("the weights '" + name + "' are too large for "
                    + type.name().toLowerCase(Locale.ROOT) + "; export them in another type, such as float32");
        }
        return narrow;
    }

    private static RunExport write(Path to, RunConfig config, AveragedWeights averaged) {
        long numbers =
                averaged.weights().values().stream().mapToLong(Tensor::numel).sum();
        long step = averaged.state().step();
        RunFolder.Locked target = RunFolder.createLocked(to, config.yaml());
        boolean whole = false;
        try (RunLock lock = target.lock()) {
            target.folder().keep(config.codec());
            target.folder().saveAveragedWeights(averaged, SavedModel.of(config));
            RunExport export =
                    new RunExport(step, numbers, bytes(target.folder().checkpoint(step)));
            whole = true;
            return export;
        } catch (IOException e) {
            throw new UserException("the run cannot be exported to " + to + ": " + FileTrouble.reason(e, to), e);
        } finally {
            if (!whole) {
                remove(to);
            }
        }
    }

    /** Removes what there is of a copy that is not whole, so that the same can be tried again. */
    private static void remove(Path copy) {
        try {
            DurableFiles.deleteTree(copy);
        } catch (IOException e) {
            // What matters is why it could not be written, which is on its way.
        }
    }

    private static long bytes(Path checkpoint) throws IOException {
        return Files.size(checkpoint.resolve(CheckpointFiles.Part.EMA.file));
    }
}
