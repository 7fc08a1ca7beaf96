// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.DurableFiles;
import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import io.lightcone.Version;
import io.lightcone.config.ConfigReader;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Scopes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file of a {@link CausalAutoencoder}, which holds all that is needed to use it: a safetensors file of its weights,
 * in 32 or 16 bits, whose metadata say under {@code config} what it is, as JSON with the keys of a {@link
 * CausalAutoencoderConfig}. It is read strictly: a weight that is missing, one too many, or of another shape is an
 * error.
 */
public final class CausalAutoencoderFile {
    /** The usual name of such a file in its folder. */
    public static final String NAME = "codec.safetensors";

    private static final String KIND_KEY = "codec";
    private static final String LAYOUT_KEY = "layout";
    private static final String CONFIG_KEY = "config";

    /** The number of the layout, which changes once any name, shape or meaning of weights does. */
    private static final String LAYOUT = "1";

    private static final Set<String> TYPES = Set.of("F32", "F16", "BF16");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private CausalAutoencoderFile() {}

    /** What a configuration in metadata is read as. */
    private record Described(CausalAutoencoderConfig autoencoder) {}

    /** Returns the file that {@code place} means: itself, or the file of the usual name in a folder. */
    public static Path in(Path place) {
        return Files.isDirectory(place) ? place.resolve(NAME) : place;
    }

    /**
     * Replaces {@code file} by one with the weights of an autoencoder.
     *
     * @param halves whether to store 16-bit numbers, which take half the room and change a picture by less than a grey
     *     level
     * @throws UserException if it cannot be written
     */
    public static void write(Path file, CausalAutoencoder autoencoder, boolean halves) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt"); // what Python's readers look for
        metadata.put("lightcone", "codec");
        metadata.put(KIND_KEY, CausalAutoencoderCodecConfig.KIND);
        metadata.put(LAYOUT_KEY, LAYOUT);
        metadata.put("version", Version.current());
        metadata.put(CONFIG_KEY, JSON.writeValueAsString(autoencoder.config()));
        ScalarType type = halves ? ScalarType.Half : ScalarType.Float;
        Scopes.runWithoutGrad(() -> {
            Map<String, Tensor> weights = new LinkedHashMap<>();
            autoencoder.parameters().tensors().forEach((name, weight) -> weights.put(name, weight.to(type)));
            try {
                DurableFiles.replace(file, partial -> Safetensors.write(partial, weights, metadata));
            } catch (IOException e) {
                throw new UserException(file + " cannot be written: " + FileTrouble.reason(e, file), e);
            }
        });
    }

    /**
     * Returns what the autoencoder of a file is, without reading weights.
     *
     * @throws UserException if it is no such file, or does not hold exactly the weights of what it says it is
     */
    public static CausalAutoencoderConfig readConfig(Path file) {
        try {
            return checked(file, Safetensors.readHeader(file));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Reads the autoencoder of a file.
     *
     * @return the autoencoder, for the caller to close
     * @throws UserException as {@link #readConfig}
     */
    public static CausalAutoencoder read(Path file, Device device) {
        CausalAutoencoderConfig config = readConfig(file);
        return Scopes.within(() -> {
            try {
                return new CausalAutoencoder(
                        config, Parameters.loaded(Safetensors.read(file).tensors(), device));
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        });
    }

    private static UserException unreadable(Path file, IOException e) {
        return new UserException(file + " cannot be read: " + FileTrouble.reason(e, file), e);
    }

    private static CausalAutoencoderConfig checked(Path file, Safetensors.Header header) {
        CausalAutoencoderConfig config = config(file, header.metadata());
        Map<String, long[]> shapes = new LinkedHashMap<>();
        try (CausalAutoencoder shape =
                new CausalAutoencoder(config, Parameters.fresh(new Device("meta"), ScalarType.Float))) {
            shape.parameters().tensors().forEach((name, weight) -> shapes.put(name, weight.shape()));
        }
        shapes.forEach((name, shape) -> {
            Safetensors.Info found = header.tensors().get(name);
            if (found == null) {
                throw damaged(file, "has no weight " + name);
            }
            List<Long> expected = Arrays.stream(shape).boxed().toList();
            if (!found.shape().equals(expected)) {
                throw damaged(
                        file, "has the weight " + name + " in the shape " + found.shape() + " instead of " + expected);
            }
            if (!TYPES.contains(found.dtype())) {
                throw damaged(
                        file, "has the weight " + name + " as " + found.dtype() + ", which is no type of weights");
            }
        });
        for (String name : header.tensors().keySet()) {
            if (!shapes.containsKey(name)) {
                throw damaged(file, "has a weight " + name + " that its autoencoder has not");
            }
        }
        return config;
    }

    private static UserException damaged(Path file, String what) {
        return new UserException(file + " " + what + "; write it anew from the training that it comes from");
    }

    private static CausalAutoencoderConfig config(Path file, Map<String, String> metadata) {
        String kind = metadata.get(KIND_KEY);
        if (kind == null) {
            throw new UserException(file + " does not say which codec it is of, so it is none of Lightcone's; choose a"
                    + " file that training a codec has written");
        }
        if (!kind.equals(CausalAutoencoderCodecConfig.KIND)) {
            throw new UserException(file + " is of the codec '" + kind + "', not of '"
                    + CausalAutoencoderCodecConfig.KIND + "'; choose a file of that");
        }
        String layout = metadata.getOrDefault(LAYOUT_KEY, "");
        if (!layout.equals(LAYOUT)) {
            throw new UserException(file + " has the layout '" + layout + "', but this version of Lightcone reads only "
                    + LAYOUT + "; use the version that wrote it");
        }
        try {
            String setting = "autoencoder=" + metadata.getOrDefault(CONFIG_KEY, "");
            return ConfigReader.read(Described.class, null, null, List.of(setting)).autoencoder;
        } catch (UserException e) {
            throw new UserException(
                    file + " describes no autoencoder that this version of Lightcone knows: " + e.getMessage(), e);
        }
    }
}
