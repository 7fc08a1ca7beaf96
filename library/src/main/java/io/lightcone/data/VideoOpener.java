// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.TextFormat;
import io.lightcone.UserException;
import io.lightcone.video.VideoReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens the videos of one data set, decoding those that the cache does not hold yet. */
final class VideoOpener {
    /** Reports why a video is left out, in words that continue its name. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        Unusable(String reason, @Nullable UserException cause) {
            super(reason, cause);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    private final VideosConfig config;
    private final int needed;
    private final VideoReader.Options options;
    private final Path folder;
    private final Consumer<String> messages;
    private final Runnable check;
    private final CacheFilePool caches = new CacheFilePool();
    private boolean swept;

    VideoOpener(
            VideosConfig config,
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
     * Opens a video, decoding it if the cache does not hold it yet.
     *
     * @throws Unusable if there is too little of it, or nothing
     * @throws UserException if the data is to be whole and this video is not; it names the file
     * @throws IOException if the cache cannot be written
     */
    CachedVideo open(Path file, String name) throws Unusable, IOException {
        check.run();
        Files.createDirectories(folder);
        if (!swept) {
            PartialCacheFile.sweep(folder);
            swept = true;
        }
        Optional<VideoCache> known;
        VideoCache cache;
        try {
            Path place = VideoCache.place(folder, file, options);
            known = VideoCache.open(place, options);
            cache = known.isPresent() ? known.get() : VideoCache.build(place, file, options, check);
        } catch (UserException e) {
            if (config.strict()) {
                throw refusal(withoutStop(e), e);
            }
            throw new Unusable(reason(e, file), e);
        }
        String remarks = String.join("; ", cache.remarks());
        if (config.strict() && !remarks.isEmpty()) {
            throw refusal(file + " is doubtful: " + remarks, null);
        }
        requireLongEnough(cache, remarks);
        if (known.isEmpty() || !remarks.isEmpty()) {
            String doing = known.isPresent() ? "" : "decoded ";
            String what = cache.segments().describe() + (remarks.isEmpty() ? "" : "; " + remarks);
            messages.accept(doing + name + ": " + what);
        }
        return new CachedVideo(name, file, options, cache, caches, messages, check);
    }

    private static UserException refusal(String what, @Nullable UserException cause) {
        return new UserException(
                "data.strict is true, but " + what
                        + "; take it out of the data, or set data.strict to false to use what is whole.",
                cause);
    }

    private void requireLongEnough(VideoCache cache, String remarks) throws Unusable {
        if (cache.segments().longest() < needed) {
            String what = cache.segments().starts().size() == 1
                    ? "it has " + TextFormat.count(cache.frames(), "frame")
                    : "its longest stretch without a gap has "
                            + TextFormat.count(cache.segments().longest(), "frame");
            throw new Unusable(
                    what + " where a clip needs " + needed + inPhases() + (remarks.isEmpty() ? "" : "; " + remarks),
                    null);
        }
    }

    /** Says which frames are counted where they are not those of clips alone. */
    private String inPhases() {
        return config.phases() == 1 ? "" : " of those in all " + config.phases() + " phases";
    }

    /** Returns the sentence without the file's name in front and the full stop. */
    private static String reason(UserException e, Path file) {
        String sentence = withoutStop(e);
        return sentence.startsWith(file + " ")
                ? sentence.substring(file.toString().length() + 1)
                : sentence;
    }

    private static String withoutStop(UserException e) {
        String sentence = String.valueOf(e.getMessage());
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
}
