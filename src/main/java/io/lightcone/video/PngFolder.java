// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** A folder of numbered PNG images, each put in its place whole. Finishing removes later images of an earlier, longer video. */
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
    }

    private static String name(int frame) {
        return String.format(Locale.ROOT, "frame-%05d.png", frame);
    }

    @Override
    public void add(byte[] pixels, int height, int width, int channels) throws IOException {
        byte[] large = Images.enlarge(pixels, height, width, channels, scale, height * scale, width * scale);
        Path partial = VideoFile.partial(folder.resolve(name(frames)));
        try {
            ImageIO.write(Images.image(large, 0, height * scale, width * scale, channels), "png", partial.toFile());
            Files.move(partial, folder.resolve(name(frames)), StandardCopyOption.REPLACE_EXISTING);
            frames++;
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    @Override
    public void finish() throws IOException {
        try (DirectoryStream<Path> images = Files.newDirectoryStream(folder, "frame-?????*.png")) {
            for (Path image : images) {
                String name = image.getFileName().toString();
                if (name.matches("frame-\\d{5,9}\\.png")
                        && Integer.parseInt(name.substring(6, name.length() - 4)) >= frames) {
                    Files.delete(image);
                }
            }
        }
    }

    @Override
    public @Nullable Path salvage() {
        return frames == 0 ? null : folder;
    }

    @Override
    public void close() {}
}
