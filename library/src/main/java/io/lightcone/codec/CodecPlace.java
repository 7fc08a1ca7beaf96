// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Finds out which kind of codec a name means, or files hold, so that nobody has to say it. */
public final class CodecPlace {
    /** The name of the codec that comes with the library. */
    public static final String BUILT_IN = BuiltInCodec.NAME;

    private static final String PATCHES = PatchesCodec.KIND + ":";
    private static final String SAFETENSORS = ".safetensors";
    private static final String CLASS = "_class_name";
    private static final String KINDS = "a codec is 'default', 'pixels', 'patches:K', a file codec.safetensors of a"
            + " trained codec or the folder that holds it, a folder in the diffusers layout with config.json, or one"
            + " with the encoder and the decoder of TAESD as .safetensors";

    private CodecPlace() {}

    /**
     * Returns the configuration of the codec that {@code place} means.
     *
     * @param place {@code default}, {@code pixels}, {@code patches:K}, or a file or folder
     * @throws UserException if there is no codec
     */
    public static CodecConfig of(String place) {
        if (place.equals(BUILT_IN)) {
            return new CausalAutoencoderCodecConfig(place, LatentsConfig.UNKNOWN);
        }
        if (place.equals(PixelCodec.KIND)) {
            return CodecConfig.pixels();
        }
        if (place.startsWith(PATCHES)) {
            return patches(place.substring(PATCHES.length()));
        }
        if (place.isBlank()) {
            throw new UserException("the codec has no name; " + KINDS);
        }
        return in(path(place), place);
    }

    private static Path path(String place) {
        try {
            return Path.of(place);
        } catch (InvalidPathException e) {
            throw new UserException("'" + place + "' is no path on this system; " + KINDS, e);
        }
    }

    private static CodecConfig in(Path path, String place) {
        if (Files.isRegularFile(path)) {
            return new CausalAutoencoderCodecConfig(place, LatentsConfig.UNKNOWN);
        }
        if (!Files.isDirectory(path)) {
            throw new UserException("there is no codec " + place + "; " + KINDS);
        }
        if (Files.exists(path.resolve(CausalAutoencoderFile.NAME))) {
            return new CausalAutoencoderCodecConfig(place, LatentsConfig.UNKNOWN);
        }
        Path config = path.resolve("config.json");
        if (Files.exists(config)) {
            return ofDiffusers(path, JsonFields.read(config));
        }
        return new TaesdConfig(part(path, "encoder"), part(path, "decoder"), LatentsConfig.UNKNOWN);
    }

    /** Returns a codec in the layout of diffusers, in which TAESD is one file. */
    private static CodecConfig ofDiffusers(Path folder, JsonFields config) {
        if (config.has(CLASS) && config.is(CLASS, "AutoencoderTiny")) {
            String both = folder.resolve(AutoencoderKl.WEIGHTS).toString();
            return new TaesdConfig(both, both, LatentsConfig.UNKNOWN);
        }
        return new AutoencoderKlConfig(folder.toString(), LatentsConfig.UNKNOWN);
    }

    private static CodecConfig patches(String size) {
        try {
            return new PatchesConfig(Integer.parseInt(size));
        } catch (NumberFormatException e) {
            throw new UserException("'" + PATCHES + size + "' must end in a whole number, such as " + PATCHES + "4", e);
        } catch (IllegalArgumentException e) {
            throw new UserException("'" + PATCHES + size + "' is no codec: " + e.getMessage(), e);
        }
    }

    /** Returns the one file of a folder whose name has that word in it. */
    private static String part(Path folder, String word) {
        try (Stream<Path> content = Files.list(folder)) {
            List<Path> files = content.filter(file -> isPart(file, word)).toList();
            if (files.size() != 1) {
                throw new UserException(folder + " has " + (files.isEmpty() ? "no file" : files.size() + " files")
                        + " *" + word + "*" + SAFETENSORS + "; " + KINDS);
            }
            return files.get(0).toString();
        } catch (IOException e) {
            throw new UserException(folder + " cannot be read: " + FileTrouble.reason(e, folder), e);
        }
    }

    private static boolean isPart(Path file, String word) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.contains(word) && name.endsWith(SAFETENSORS) && Files.isRegularFile(file);
    }
}
