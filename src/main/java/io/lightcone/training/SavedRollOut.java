// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.model.Conditions;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * A roll-out in a file, to go on with: a safetensors file of what it remembers, and beside that who it belongs to.
 *
 * @param about what it was told, and made from
 * @param snapshot what it remembers
 */
public record SavedRollOut(About about, Snapshot snapshot) {
    /**
     * What a roll-out must be told again.
     *
     * @param config of the model and of generation, as YAML
     * @param weights a fingerprint of the model's weights
     * @param seed of the noise
     * @param clips videos that are made together
     * @param given frames that were given
     * @param finished frames of each video so far, given ones included
     * @param label number of the class, or {@link Conditions#NULL}
     * @param actions numbers of the actions from the first frame on, as far as they were told; the last one holds on
     * @param framesPerSecond at which the video plays
     */
    public record About(
            String config,
            String weights,
            long seed,
            int clips,
            int given,
            int finished,
            int label,
            List<Integer> actions,
            double framesPerSecond) {
        public About {
            actions = List.copyOf(actions);
        }

        /** Of a roll-out of {@code model}. */
        public static About of(
                TrainedModel model,
                long seed,
                int clips,
                int given,
                int finished,
                int label,
                List<Integer> actions,
                double framesPerSecond) {
            return new About(
                    ConfigReader.write(model.config()),
                    fingerprint(model),
                    seed,
                    clips,
                    given,
                    finished,
                    label,
                    actions,
                    framesPerSecond);
        }

        /**
         * Requires that {@code model} is the one that it was saved with.
         *
         * @param file it was read from
         * @throws UserException if it is another, or generates otherwise
         */
        public void requireSame(TrainedModel model, Path file) {
            if (!weights.equals(fingerprint(model))) {
                throw new UserException(
                        file + " was saved with other weights than this run has now; go on with the run, and"
                                + " the checkpoint, that it was begun with");
            }
            if (!config.equals(ConfigReader.write(model.config()))) {
                throw new UserException(
                        file + " was saved with other settings; go on with the --set, --steps and --gap that it"
                                + " was begun with");
            }
        }

        private Map<String, String> text() {
            Map<String, String> text = new LinkedHashMap<>();
            text.put("lightcone", "roll-out");
            text.put("config", config);
            text.put("weights", weights);
            text.put("seed", Long.toString(seed));
            text.put("clips", Integer.toString(clips));
            text.put("given", Integer.toString(given));
            text.put("finished", Integer.toString(finished));
            text.put("label", Integer.toString(label));
            text.put("framesPerSecond", Double.toString(framesPerSecond));
            text.put("actions", actions.stream().map(String::valueOf).collect(Collectors.joining(" ")));
            return text;
        }

        private static About of(Map<String, String> text, Path file) {
            if (!"roll-out".equals(text.get("lightcone"))) {
                throw new UserException(file + " is no saved roll-out; sample --save writes one");
            }
            try {
                return new About(
                        word(text, "config"),
                        word(text, "weights"),
                        Long.parseLong(word(text, "seed")),
                        Integer.parseInt(word(text, "clips")),
                        Integer.parseInt(word(text, "given")),
                        Integer.parseInt(word(text, "finished")),
                        Integer.parseInt(word(text, "label")),
                        Arrays.stream(word(text, "actions").split(" "))
                                .filter(number -> !number.isEmpty())
                                .map(Integer::valueOf)
                                .toList(),
                        Double.parseDouble(word(text, "framesPerSecond")));
            } catch (NumberFormatException e) {
                throw damaged(file, e);
            }
        }

        private static String word(Map<String, String> text, String key) {
            String word = text.get(key);
            if (word == null) {
                throw new NumberFormatException(key + " is missing");
            }
            return word;
        }
    }

    private static UserException damaged(Path file, Exception e) {
        return new UserException(file + " is damaged or of another version of Lightcone: " + e.getMessage(), e);
    }

    /** A checksum of all weights, by name. */
    private static String fingerprint(TrainedModel model) {
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
     * Requires, before anything is made, that there is a place for {@code file}.
     *
     * @throws UserException if there is not
     */
    public static void requireWritable(Path file) {
        try {
            Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file lies in a folder");
            Files.createDirectories(folder);
            if (Files.isDirectory(file) || !Files.isWritable(folder)) {
                throw new UserException("the roll-out cannot be saved in " + file
                        + (Files.isDirectory(file) ? ": it is a folder" : ": permission denied"));
            }
        } catch (IOException e) {
            throw cannotSave(file, e);
        }
    }

    /**
     * Writes a roll-out beside its place and then puts it there, so that an earlier one stays whole until then.
     *
     * @throws UserException if the disk is full or the place cannot be written
     */
    public static void write(Path file, RollOut rollOut, About about) {
        Path target = file.toAbsolutePath();
        Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
        try {
            Path folder = target.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Scopes.run(() -> {
                Snapshot snapshot = Snapshot.empty();
                rollOut.save(snapshot);
                try {
                    Safetensors.write(partial, snapshot.tensors(), about.text());
                } catch (IOException e) {
                    throw cannotSave(file, e);
                }
            });
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw cannotSave(file, e);
        } finally {
            remove(partial);
        }
    }

    private static void remove(Path partial) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            // It is hidden and the next one of its name takes its place.
        }
    }

    private static UserException cannotSave(Path file, IOException e) {
        return new UserException("the roll-out cannot be saved in " + file + ": " + DiskFiles.reason(e), e);
    }

    /**
     * Reads one; its tensors belong to the caller's scope.
     *
     * @throws UserException if there is no such file, or it is something else or damaged
     */
    public static SavedRollOut read(Path file) {
        try {
            Safetensors.Contents contents = Safetensors.read(file);
            return new SavedRollOut(About.of(contents.metadata(), file), Snapshot.of(contents.tensors()));
        } catch (IOException e) {
            throw new UserException(file + " cannot be read: " + DiskFiles.reason(e), e);
        }
    }

    /**
     * Goes on, without end.
     *
     * @param script what is said of the video from its first frame on
     * @param file it was read from
     * @return for the caller to close
     * @throws UserException if it belongs to another model
     */
    public RollOut resume(TrainedModel model, Script script, Path file) {
        about.requireSame(model, file);
        DenoisingPlan plan = model.config().sampling().plan(DenoisingPlan.ENDLESS, about.given);
        List<Integer> numbers = IntStream.range(0, about.clips).boxed().toList();
        Noise noise = new Noise(new RandomStreams(about.seed), numbers, model.frameShape(), model.device());
        try {
            return model.resume(plan, noise, script, snapshot.on(model.device()));
        } catch (IllegalArgumentException e) {
            throw damaged(file, e);
        }
    }
}
