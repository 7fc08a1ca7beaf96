// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.DurableFiles;
import io.lightcone.Png;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes a folder of numbered PNG images, each moved to its place whole. The folder must hold none before. */
final class PngFolder implements FrameSink {
    private final Path folder;
    private final int scale;
    private int frames;

    PngFolder(Path folder, int scale) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.scale = scale;
        if (!Files.isWritable(folder)) {
            throw new IOException("permission denied");
        }
        requireNoFrames();
        DurableFiles.sweep(folder, "frame-\\d+\\.png");
    }

    /**
     * Throws if the folder holds images already: two videos mixed are none, and the earlier one may have taken a night
     * to generate.
     */
    private void requireNoFrames() throws IOException {
        try (DirectoryStream<Path> images = Files.newDirectoryStream(folder, "frame-*.png")) {
            Iterator<Path> found = images.iterator();
            if (found.hasNext()) {
                throw new UserException(folder + " holds images already, such as "
                        + found.next().getFileName() + ": choose another folder, or delete them.");
            }
        }
    }

    private static String name(int frame) {
        return String.format(Locale.ROOT, "frame-%05d.png", frame);
    }

    @Override
    public void add(byte[] pixels, int height, int width, int channels) throws IOException {
        byte[] large = Images.enlarge(pixels, height, width, channels, scale, height * scale, width * scale);
        Path partial = DurableFiles.partial(folder.resolve(name(frames)));
        try {
            Files.write(partial, Png.of(Images.image(large, 0, height * scale, width * scale, channels)));
            Files.move(partial, folder.resolve(name(frames)), StandardCopyOption.REPLACE_EXISTING);
            frames++;
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    @Override
    public Path finish(boolean replacing) {
        return folder;
    }

    @Override
    public @Nullable Path salvage() {
        return frames == 0 ? null : folder;
    }

    @Override
    public void close() {}
}
