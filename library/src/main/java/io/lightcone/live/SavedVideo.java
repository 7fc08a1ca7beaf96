// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.DurableFiles;
import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import io.lightcone.config.ConfigReader;
import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.generation.SamplingConfig;
import io.lightcone.model.ModelConfig;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunModel;
import io.lightcone.run.TrainingConfig;
import io.lightcone.tensor.Precision;
import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Stores a video in progress as a file: safetensors with the state of its roll-out, and metadata that say what was
 * requested and which model generates it.
 *
 * @param identity what was requested, and what the video is generated from
 * @param snapshot the state of the roll-out
 */
record SavedVideo(Identity identity, Snapshot snapshot) {
    private static final String KIND = "roll-out";
    private static final String ACTIONS = "actions";
    private static final String PIXELS = "pixels";

    /**
     * Identifies what a roll-out is generated from, all of which must be the same to resume it.
     *
     * @param config everything in the run's configuration that generation depends on, as YAML
     * @param codec the identity of its codec
     * @param weights a fingerprint of the model's weights
     * @param given frames that were given
     * @param request seed, class, actions and the rest of what was requested
     */
    record Identity(String config, String codec, String weights, int given, VideoInProgress.Request request) {
        static Identity of(RunModel model, int given, VideoInProgress.Request request) {
            return new Identity(
                    generationSettings(model), model.codec().identity(), fingerprint(model), given, request);
        }

        /**
         * Requires that {@code model} is the one that it was saved with.
         *
         * @param file that the video was read from
         * @throws UserException if the model is another one, or generates otherwise
         */
        void requireSame(RunModel model, Path file) {
            if (!weights.equals(fingerprint(model))) {
                throw new UserException(
                        file + " was saved with other weights than this run has now; resume it with the run, and"
                                + " the checkpoint, that it was begun with");
            }
            if (!codec.equals(model.codec().identity())) {
                throw new UserException(file + " was saved with the codec " + codec + ", but this run has "
                        + model.codec().identity() + "; resume it with the codec that it was begun with");
            }
            if (!config.equals(generationSettings(model))) {
                throw new UserException(
                        file + " was saved with other settings of sampling; resume it with those that it was begun"
                                + " with");
            }
        }

        private Map<String, String> text() {
            Map<String, String> text = new LinkedHashMap<>();
            text.put("lightcone", KIND);
            text.put("config", config);
            text.put("codec", codec);
            text.put("weights", weights);
            text.put("given", Integer.toString(given));
            text.put("seed", Long.toString(request.seed()));
            text.put("clips", Integer.toString(request.clips()));
            text.put("label", Integer.toString(request.label()));
            text.put("framesPerSecond", Double.toString(request.framesPerSecond()));
            return text;
        }

        private static Identity of(Safetensors.Contents contents, Path file) {
            Map<String, String> text = contents.metadata();
            if (!KIND.equals(text.get("lightcone"))) {
                throw new UserException(file + " is no saved roll-out; name a file that one was saved in");
            }
            try {
                List<Integer> actions = actions(contents);
                return new Identity(
                        required(text, "config"),
                        text.getOrDefault("codec", PIXELS), // files of the first version name none
                        required(text, "weights"),
                        Integer.parseInt(required(text, "given")),
                        new VideoInProgress.Request(
                                Long.parseLong(required(text, "seed")),
                                Integer.parseInt(required(text, "clips")),
                                Integer.parseInt(required(text, "label")),
                                actions,
                                Double.parseDouble(required(text, "framesPerSecond"))));
            } catch (NumberFormatException | ArithmeticException e) {
                throw damaged(file, e);
            }
        }

        /** Reads the actions, which files of the first version hold as text. */
        private static List<Integer> actions(Safetensors.Contents contents) {
            Tensor numbers = contents.tensors().get(ACTIONS);
            if (numbers != null) {
                return Arrays.stream(Tensors.longs(numbers))
                        .mapToObj(Math::toIntExact)
                        .toList();
            }
            return Arrays.stream(required(contents.metadata(), ACTIONS).split(" "))
                    .filter(number -> !number.isEmpty())
                    .map(Integer::valueOf)
                    .toList();
        }

        /**
         * Returns one action per known frame as a tensor, since they are too many for the header once a video has run
         * for days.
         */
        private Tensor actions() {
            long[] numbers =
                    request.actions().stream().mapToLong(Integer::longValue).toArray();
            return Tensors.of(numbers, numbers.length).to(ScalarType.Int);
        }

        private static String required(Map<String, String> text, String key) {
            String value = text.get(key);
            if (value == null) {
                throw new NumberFormatException(key + " is missing");
            }
            return value;
        }
    }

    static UserException damaged(Path file, Exception e) {
        return new UserException(file + " is damaged or of another version of Lightcone: " + e.getMessage(), e);
    }

    /** Holds the settings that frames depend on besides the weights. */
    private record GenerationSettings(
            ModelConfig model, DiffusionConfig diffusion, SamplingConfig sampling, int frames, Precision linear) {}

    private static String generationSettings(RunModel model) {
        RunConfig config = model.config();
        TrainingConfig training = config.training();
        return ConfigReader.write(new GenerationSettings(
                config.model(), config.diffusion(), config.sampling(), training.frames(), training.linear()));
    }

    /** Computes a checksum of all weights, by name. */
    private static String fingerprint(RunModel model) {
        CRC32C sum = new CRC32C();
        model.model().parameters().tensors().forEach((name, weight) -> {
            sum.update(name.getBytes(StandardCharsets.UTF_8));
            float[] values = Tensors.floats(weight.detach());
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
            bytes.asFloatBuffer().put(values);
            sum.update(bytes);
        });
        return Long.toHexString(sum.getValue());
    }

    /**
     * Throws, before anything is generated, unless {@code file} can be written.
     *
     * @throws UserException if it cannot
     */
    static void requireWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(file)) {
            throw new UserException("the roll-out cannot be saved in " + file + ": it is a folder");
        }
        try {
            Files.createDirectories(folder);
            if (!Files.isWritable(folder)) {
                throw new UserException("the roll-out cannot be saved in " + file + ": permission denied");
            }
            if (Files.exists(file) && !isSavedVideo(file)) {
                throw new UserException("the roll-out cannot be saved in " + file
                        + ": there is a file that is no saved roll-out; choose another name");
            }
        } catch (IOException e) {
            throw cannotSave(file, e);
        }
    }

    private static boolean isSavedVideo(Path file) throws IOException {
        try {
            return KIND.equals(Safetensors.readHeader(file).metadata().get("lightcone"));
        } catch (UserException e) {
            return false;
        }
    }

    /**
     * Writes the video beside its place and then moves it there, so that an earlier file stays whole until then;
     * returns once it is on the disk.
     *
     * @throws UserException if the disk is full or the place cannot be written
     */
    void write(Path file) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(snapshot.tensors());
        Scopes.run(() -> {
            tensors.put(ACTIONS, identity.actions());
            replace(file, tensors);
        });
    }

    private void replace(Path file, Map<String, Tensor> tensors) {
        try {
            DurableFiles.replace(file, partial -> Safetensors.write(partial, tensors, identity.text()));
        } catch (IOException e) {
            throw cannotSave(file, e);
        }
    }

    private static UserException cannotSave(Path file, IOException e) {
        return new UserException("the roll-out cannot be saved in " + file + ": " + FileTrouble.reason(e, file), e);
    }

    /**
     * Reads a saved video, whose tensors belong to the caller's scope.
     *
     * @throws UserException if there is no such file, or it is something else or damaged
     */
    static SavedVideo read(Path file) {
        try {
            Safetensors.Contents contents = Safetensors.read(file);
            return new SavedVideo(Identity.of(contents, file), Snapshot.of(contents.tensors()));
        } catch (IOException e) {
            throw new UserException(file + " cannot be read: " + FileTrouble.reason(e, file), e);
        }
    }
}
