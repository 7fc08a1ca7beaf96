// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Opens the videos of one data set, decoding those that the cache does not hold yet. */
final class VideoOpener {
    private final DataConfig config;
    private final int needed;
    private final VideoReader.Options options;
    private final Path folder;
    private final Consumer<String> messages;
    private final Runnable check;
    private final OpenCaches caches = new OpenCaches();
    private boolean swept;

    VideoOpener(
            DataConfig config,
            int needed,
            VideoReader.Options options,
            Path folder,
            Consumer<String> messages,
            Runnable check) {
        this.config = config;
        this.needed = needed;
        this.options = options;
        this.folder = folder;
        this.messages = messages;
        this.check = check;
    }

    /**
     * Opens a video.
     *
     * @throws UserException if it cannot be used; its sentence may begin with the file
     * @throws IOException if the cache cannot be written
     */
    CachedVideo open(Path file, String name) throws IOException {
        check.run();
        Files.createDirectories(folder);
        if (!swept) {
            CachePartial.sweep(folder);
            swept = true;
        }
        Path place = FrameCache.place(folder, file, options);
        Optional<FrameCache> known = FrameCache.open(place, options);
        FrameCache cache = known.isPresent() ? known.get() : FrameCache.build(place, file, options, check);
        String remarks = String.join("; ", cache.remarks());
        requireUsable(cache, remarks);
        String doing = known.isPresent() ? "" : "decoded ";
        if (known.isEmpty() || !remarks.isEmpty()) {
            String what = cache.stretches().describe() + (remarks.isEmpty() ? "" : "; " + remarks);
            messages.accept(doing + name + ": " + what);
        }
        return new CachedVideo(name, file, options, cache, caches, messages);
    }

    private void requireUsable(FrameCache cache, String remarks) {
        if (config.strict() && !remarks.isEmpty()) {
            throw new UserException(remarks + ", and data.strict is true");
        }
        if (cache.stretches().longest() < needed) {
            String what = cache.stretches().starts().size() == 1
                    ? "it has " + Words.count(cache.frames(), "frame")
                    : "its longest stretch without a gap has "
                            + Words.count(cache.stretches().longest(), "frame");
            throw new UserException(what + " where a clip needs " + needed + (remarks.isEmpty() ? "" : "; " + remarks));
        }
    }
}
