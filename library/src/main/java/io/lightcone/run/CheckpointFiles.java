// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lightcone.DurableFiles;
import io.lightcone.UserException;
import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes the files in the folder of one checkpoint. */
final class CheckpointFiles {
    private static final String STATE = "state.json";
    /** The values of keys of a state that checkpoints were saved without as long as no others were possible. */
    private static final Map<String, String> UNSAID = Map.of("codec", "pixels", "training", "denoising");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    /** The files of a checkpoint that hold tensors. The teacher's is there only where something teaches. */
    enum Part {
        MODEL("model.safetensors"),
        EMA("ema.safetensors"),
        OPTIMIZER("optimizer.safetensors"),
        TEACHER("teacher.safetensors");

        final String file;

        Part(String file) {
            this.file = file;
        }

        Map<String, Tensor> of(Checkpoint checkpoint) {
            return switch (this) {
                case MODEL -> checkpoint.model();
                case EMA -> checkpoint.ema();
                case OPTIMIZER -> checkpoint.optimizer();
                case TEACHER -> checkpoint.teacher();
            };
        }

        /** Returns the parts that {@code checkpoint} is written in. */
        static List<Part> in(Checkpoint checkpoint) {
            return Arrays.stream(values())
                    .filter(part -> part != TEACHER || !checkpoint.teacher().isEmpty())
                    .toList();
        }

        /** Returns the parts of the checkpoint in {@code folder}, whether they are there or not. */
        static List<Part> in(Path folder) {
            return Arrays.stream(values())
                    .filter(part -> part != TEACHER || Files.exists(folder.resolve(part.file)))
                    .toList();
        }
    }

    private CheckpointFiles() {}

    /** Returns the size of all files of {@code checkpoint} in bytes. */
    static long size(Checkpoint checkpoint) {
        long bytes = JSON.writeValueAsBytes(checkpoint.state()).length;
        for (Part part : Part.in(checkpoint)) {
            bytes += Safetensors.size(part.of(checkpoint), metadata(part, checkpoint));
        }
        return bytes;
    }

    static void write(Path folder, Part part, Checkpoint checkpoint) throws IOException {
        Safetensors.write(folder.resolve(part.file), part.of(checkpoint), metadata(part, checkpoint));
    }

    /** Writes the files that generation needs, and no others. */
    static void writeAveragedWeights(Path folder, AveragedWeights averaged, SavedModel about) throws IOException {
        Map<String, String> metadata = metadata(Part.EMA, averaged.state(), about);
        Safetensors.write(folder.resolve(Part.EMA.file), averaged.weights(), metadata);
        writeState(folder, averaged.state());
    }

    private static Map<String, String> metadata(Part part, Checkpoint checkpoint) {
        return metadata(part, checkpoint.state(), checkpoint.about());
    }

    /** Returns the metadata of a file; its key "format" is what Python's readers look for. */
    private static Map<String, String> metadata(Part part, TrainingState state, @Nullable SavedModel model) {
        Map<String, String> metadata = new HashMap<>();
        if (model != null && (part == Part.MODEL || part == Part.EMA)) {
            metadata.putAll(model.metadata(state.provenance().version()));
        }
        metadata.put("format", "pt");
        metadata.put("step", String.valueOf(state.step()));
        return metadata;
    }

    static void writeState(Path folder, TrainingState state) throws IOException {
        DurableFiles.write(folder.resolve(STATE), (JSON.writeValueAsString(state) + "\n").getBytes(UTF_8));
    }

    /** Reads a checkpoint, and checks every file before it reads the tensors of any. */
    static Checkpoint read(Path folder, long step) throws IOException {
        TrainingState state = check(folder, step);
        Map<String, Tensor> teacher = Part.in(folder).contains(Part.TEACHER) ? read(folder, Part.TEACHER) : Map.of();
        return new Checkpoint(
                read(folder, Part.MODEL), read(folder, Part.EMA), read(folder, Part.OPTIMIZER), teacher, state, null);
    }

    /** Reads and checks only the files that generation needs, a quarter of the whole; 16-bit numbers become float32. */
    static AveragedWeights readAveragedWeights(Path folder, long step) throws IOException {
        TrainingState state = readState(folder, step);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        read(folder, Part.EMA).forEach((name, tensor) -> weights.put(name, widened(tensor)));
        return new AveragedWeights(weights, state);
    }

    private static Tensor widened(Tensor tensor) {
        ScalarType type = Tensors.type(tensor);
        return type == ScalarType.Half || type == ScalarType.BFloat16 ? tensor.to(ScalarType.Float) : tensor;
    }

    private static Map<String, Tensor> read(Path folder, Part part) throws IOException {
        return Safetensors.read(folder.resolve(part.file)).tensors();
    }

    /** Returns whether all files are there, of the right length, and fit together. */
    static boolean isWhole(Path folder, long step) {
        try {
            check(folder, step);
            return true;
        } catch (IOException | UserException e) {
            return false;
        }
    }

    private static TrainingState check(Path folder, long step) throws IOException {
        TrainingState state = readState(folder, step);
        if (Files.exists(folder.resolve(Part.EMA.file))
                && Stream.of(Part.MODEL, Part.OPTIMIZER).allMatch(part -> Files.notExists(folder.resolve(part.file)))) {
            throw new UserException(folder + " holds averaged weights alone, as the checkpoint of an exported run does:"
                    + " it can generate, and a new run can begin with it, but its training cannot be resumed");
        }
        Path teacher = folder.resolve(Part.TEACHER.file);
        if (state.training().equals(ConsistencyConfig.TRAINING) && Files.notExists(teacher)) {
            throw new UserException(teacher + " does not exist");
        }
        for (Part part : Part.in(folder)) {
            Safetensors.readHeader(folder.resolve(part.file));
        }
        return state;
    }

    static TrainingState readState(Path folder, long step) throws IOException {
        Path file = folder.resolve(STATE);
        TrainingState state = readState(file);
        if (state.step() != step) {
            throw new UserException(file + " is of another checkpoint: it says step " + state.step());
        }
        return state;
    }

    private static TrainingState readState(Path file) throws IOException {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            if (json instanceof ObjectNode object) {
                UNSAID.forEach((key, value) -> {
                    if (!object.has(key)) {
                        object.put(key, value);
                    }
                });
                if (object.get("provenance") instanceof ObjectNode provenance) {
                    for (String key : List.of("machine", "measured", "origin")) {
                        if (!provenance.has(key)) {
                            provenance.put(key, "");
                        }
                    }
                }
            }
            TrainingState state = JSON.treeToValue(json, TrainingState.class);
            if (state == null) { // What Jackson makes of the text "null".
                throw new UserException(file + " is damaged: it holds nothing");
            }
            return state;
        } catch (NoSuchFileException e) {
            throw new UserException(file + " does not exist", e);
        } catch (JacksonException e) {
            String fault = e.getOriginalMessage().lines().findFirst().orElse("it cannot be read");
            throw new UserException(file + " is damaged: " + fault, e);
        }
    }
}
