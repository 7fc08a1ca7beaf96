// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.FileTrouble;
import io.lightcone.TextFormat;
import io.lightcone.UserException;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Reads the frames of one video of a data set from its cache, decoding it again if the cache is gone. Any number of
 * threads may read.
 */
final class CachedVideo {
    private final String name;
    private final Path video;
    private final VideoReader.Options options;
    private final VideoCache cache;
    private final CacheFilePool open;
    private final Consumer<String> messages;
    private final Runnable check;

    /**
     * Wraps a video that is in the cache.
     *
     * @param name of the video, for people
     * @param open the cache files that are open
     * @param messages receives a line if the video is decoded again
     * @param check called between frames while it is; what it throws ends that and comes out of {@link #read}
     */
    CachedVideo(
            String name,
            Path video,
            VideoReader.Options options,
            VideoCache cache,
            CacheFilePool open,
            Consumer<String> messages,
            Runnable check) {
        this.name = name;
        this.video = video;
        this.options = options;
        this.cache = cache;
        this.open = open;
        this.messages = messages;
        this.check = check;
    }

    String name() {
        return name;
    }

    VideoCache cache() {
        return cache;
    }

    /**
     * Reads {@code count} frames from frame {@code from} on, each {@code step} frames behind the one before.
     *
     * @throws UserException if they are neither in the cache nor can be decoded again
     */
    Clip read(int from, int count, int step) {
        double rate = cache.framesPerSecond();
        String clip = name + ", from " + TextFormat.number(from / rate) + " s, frames " + from + " to "
                + (from + (count - 1) * step) + (step == 1 ? "" : " in steps of " + step);
        return new Clip(clip, count, cache.height(), cache.width(), cache.channels(), pixels(from, count, step));
    }

    private byte[] pixels(int from, int count, int step) {
        try {
            return open.pixels(cache, from, count, step);
        } catch (IOException e) {
            return again(from, count, step);
        }
    }

    private synchronized byte[] again(int from, int count, int step) {
        try {
            if (VideoCache.open(cache.file(), options).filter(cache::equals).isEmpty()) {
                rebuild();
            }
            return open.pixels(cache, from, count, step);
        } catch (IOException e) {
            throw new UserException(
                    "The frames of " + name + " cannot be read from the cache " + cache.file() + ": "
                            + FileTrouble.reason(e, cache.file()) + "; make room there, or choose another folder.",
                    e);
        }
    }

    private void rebuild() throws IOException {
        messages.accept("decoding " + name + " again: its frames are gone from the cache");
        Files.createDirectories(cache.file().toAbsolutePath().getParent());
        VideoCache made;
        try {
            made = VideoCache.build(cache.file(), video, options, check);
        } catch (UserException e) {
            throw new UserException(
                    "The frames of " + name + " are gone from the cache " + cache.file()
                            + " and cannot be decoded again: " + e.getMessage(),
                    e);
        }
        if (!made.equals(cache)) {
            throw new UserException("The frames of " + name + " are gone from the cache " + cache.file() + ", and "
                    + video + " has changed; start again to read it anew.");
        }
    }
}
