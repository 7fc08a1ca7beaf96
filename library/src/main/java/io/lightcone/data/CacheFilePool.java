// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps cache files open between reads, those used last and not too many: a data set may have more videos than a
 * process may have open files. Each is used by one thread at a time, so none is closed under a reader.
 */
final class CacheFilePool {
    private static final int MOST = 64;

    private final Map<Path, FileChannel> idle = new LinkedHashMap<>();

    /** Reads {@code count} frames of a cached video from frame {@code from} on, each {@code step} behind the last. */
    byte[] pixels(VideoCache cache, int from, int count, int step) throws IOException {
        FileChannel kept = take(cache.file());
        FileChannel channel = kept == null ? cache.channel() : kept;
        boolean good = false;
        try {
            byte[] pixels = cache.pixels(channel, from, count, step);
            good = true;
            return pixels;
        } finally {
            if (good) {
                giveBack(cache.file(), channel);
            } else {
                channel.close();
            }
        }
    }

    private synchronized @Nullable FileChannel take(Path file) {
        return idle.remove(file);
    }

    private synchronized void giveBack(Path file, FileChannel channel) throws IOException {
        FileChannel another = idle.put(file, channel);
        if (another != null) {
            another.close();
        }
        if (idle.size() > MOST) {
            Iterator<FileChannel> eldest = idle.values().iterator();
            FileChannel last = eldest.next();
            eldest.remove();
            last.close();
        }
    }

    /** Returns how many files are kept open. */
    synchronized int size() {
        return idle.size();
    }
}
