// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.DurableFiles;
import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import io.lightcone.tensor.Precision;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.video.Clip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;

/**
 * The configuration of a codec that is read from files, whose latents are normalised. A record of such a kind says
 * where the files are, and has a component {@code latents} for what is found out when a run starts.
 */
interface LatentCodecConfig extends CodecConfig {
    /** The most bytes that a run keeps a copy of. */
    long MOST_KEPT_BYTES = 64L << 20;

    /** Returns what is known of the latents. */
    LatentsConfig latents();

    /** Returns the same files with other knowledge of their latents. */
    LatentCodecConfig with(LatentsConfig other);

    /** Returns the same without the places of the files. */
    LatentCodecConfig withoutPlaces();

    /** Returns the same with the copies that {@link #keepIn} makes in a folder, without looking for them. */
    LatentCodecConfig in(Path folder);

    /** Returns where a folder has the copies of {@link #files}, in their order: no two files have one place. */
    default List<Path> copies(Path folder) {
        return files().stream().map(file -> folder.resolve(file.getFileName())).toList();
    }

    /**
     * Returns the files that the codec is read from, in an order that never changes.
     *
     * @throws UserException if one of them is missing
     */
    List<Path> files();

    /**
     * Returns the sizes of latents, as the files have them, without reading weights.
     *
     * @throws UserException if a file is missing, or none of such a codec
     */
    LatentLayout readLayout();

    /**
     * Reads the codec, whose latents are as its networks make them.
     *
     * @param identity what it shall say of itself
     * @param type {@code FLOAT32} or {@code BFLOAT16}, to compute in
     * @return the codec, for the caller to close
     * @throws UserException if a file is missing, damaged, or none of such a codec
     */
    Codec read(String identity, Device device, Precision type);

    @Override
    default LatentLayout layout(int channels) {
        if (channels != 3) {
            throw new IllegalArgumentException(
                    "the codec " + kind() + " takes pictures in colour; set data.channels to 3");
        }
        return latents().hasLayout() ? latents().layout() : readLayout();
    }

    @Override
    default boolean readsLayout() {
        return !latents().hasLayout();
    }

    /**
     * {@inheritDoc}
     *
     * @throws UserException if the files are other ones than when the run started
     */
    @Override
    default Codec open(int channels, Device device) {
        return open(channels, device, Precision.FLOAT32);
    }

    /**
     * {@inheritDoc}
     *
     * @throws UserException if the files are other ones than when the run started
     */
    @Override
    default Codec open(int channels, Device device, Precision type) {
        return normalised(open(device, type), device);
    }

    /** {@inheritDoc} Kept are latents as the networks make them, which do not depend on the run. */
    @Override
    default Codec open(int channels, Device device, Precision type, Path cache) {
        return normalised(new CachedCodec(open(device, type), computed(type), cache, device), device);
    }

    /** Returns the type that {@link #read} computes in when asked for {@code type}. */
    default Precision computed(Precision type) {
        return type;
    }

    private Codec normalised(Codec codec, Device device) {
        return latents().hasStatistics() ? NormalisedCodec.of(codec, latents(), device) : codec;
    }

    private Codec open(Device device, Precision type) {
        String checksum = Checksum.of(files());
        String expected = latents().checksum();
        if (!expected.isEmpty() && !expected.equals(checksum)) {
            throw new UserException("the codec in " + files().get(0) + " has the checksum " + checksum
                    + ", but the run learned with one of " + expected + "; bring that back, or set "
                    + String.join(" and ", places().keySet()) + " to where it is");
        }
        Codec codec = read(kind() + " " + checksum, device, type);
        try (ResourceStack opened = new ResourceStack()) {
            opened.add(codec);
            if (!Checksum.of(files()).equals(checksum)) {
                throw new UserException("the codec in " + files().get(0)
                        + " was replaced while it was read; try again once its training has ended");
            }
            if (latents().hasLayout() && !latents().layout().equals(codec.layout())) {
                throw new UserException("the codec in " + files().get(0) + " has latents of " + codec.layout()
                        + ", but codec.latents says " + latents().layout() + "; leave that to be found out");
            }
            opened.keep();
            return codec;
        }
    }

    @Override
    default boolean isMeasured() {
        return !latents().hasStatistics();
    }

    @Override
    default CodecConfig resolved(int channels, Function<CodecConfig, Codec> opener, Supplier<List<Clip>> clips) {
        try {
            return measured(channels, opener, clips);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    "codec.latents is not that of the codec in " + files().get(0) + ": " + e.getMessage(), e);
        }
    }

    private CodecConfig measured(int channels, Function<CodecConfig, Codec> opener, Supplier<List<Clip>> clips) {
        LatentsConfig known = latents().with(layout(channels));
        if (known.checksum().isEmpty()) {
            known = known.withChecksum(Checksum.of(files()));
        }
        if (known.hasStatistics()) {
            return with(known);
        }
        LatentCodecConfig raw = with(known);
        LatentsConfig[] measured = {known};
        Scopes.runWithoutGrad(() -> {
            try (Codec codec = opener.apply(raw)) {
                measured[0] = LatentStatistics.of(codec, clips.get()).in(measured[0]);
            }
        });
        return with(measured[0]);
    }

    @Override
    default CodecConfig or(CodecConfig known) {
        return known instanceof LatentCodecConfig other && other.getClass() == getClass()
                ? with(latents().or(other.latents()))
                : this;
    }

    @Override
    default void keepIn(Path folder) {
        List<Path> files = files();
        try {
            long bytes = 0;
            for (Path file : files) {
                bytes += Files.size(file);
            }
            if (bytes > MOST_KEPT_BYTES) {
                return;
            }
            Files.createDirectories(folder);
            List<Path> copies = copies(folder);
            for (int i = 0; i < files.size(); i++) {
                DurableFiles.replace(copies.get(i), Files.readAllBytes(files.get(i)));
            }
            if (!Checksum.of(in(folder).files()).equals(latents().checksum())) {
                DurableFiles.deleteTree(folder); // they were replaced meanwhile: those of the run are gone already
            }
        } catch (IOException e) {
            throw new UserException(
                    "the codec cannot be copied to " + folder + ": " + FileTrouble.reason(e, folder), e);
        }
    }

    @Override
    default CodecConfig keptIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return this;
        }
        LatentCodecConfig kept = in(folder);
        return kept.places().values().stream().allMatch(Files::exists) ? kept : this;
    }

    @Override
    default boolean equalsButForPlaces(CodecConfig other) {
        return other instanceof LatentCodecConfig latent && withoutPlaces().equals(latent.withoutPlaces());
    }
}
