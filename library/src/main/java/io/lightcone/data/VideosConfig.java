// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import static io.lightcone.data.DataChecks.require;

import io.lightcone.RealPaths;
import io.lightcone.RecordCopy;
import io.lightcone.config.Kind;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Videos of a folder, or one video.
 *
 * @param source a folder of videos, which is searched to the bottom, or one video file; empty where it is to be said
 *     yet; a video with a .jsonl of its name beside it, and an .npz, have an action for each frame
 * @param height rows of a frame, in pixels, from 1 to 4096; videos are scaled until they cover the frame, and what
 *     stands out is cut off at both sides alike
 * @param width columns of a frame, in pixels, from 1 to 4096; see {@code height}
 * @param channels 1 for grey, 3 for colour
 * @param fps frames per second that videos are resampled to, up to 1000; 0 keeps every frame of each video and its own
 *     rate, as data with actions should
 * @param phases in how many phases videos are resampled, from 1 to 100. With 5, a clip may begin at five times as many
 *     frames, and of footage with five times {@code fps} none is left out. 1 where frames have actions, or {@code fps}
 *     is 0; {@code fps} times this is at most 1000
 * @param mirror whether half of the training clips are shown mirrored, left for right; false where frames have actions
 * @param heldOut share of the data that is kept from training, to validate on; above 0 and below 1
 * @param labels whether a clip has a class: the first folder on the way from {@code source} down to its video
 * @param strict whether to refuse the data if anything of a video is damaged, missing or doubtful, instead of using
 *     what is whole
 */
@Kind("videos")
public record VideosConfig(
        String source,
        int height,
        int width,
        int channels,
        double fps,
        int phases,
        boolean mirror,
        double heldOut,
        boolean labels,
        boolean strict)
        implements DataConfig {
    private static final String SOURCE = "data.source";
    private static final int MOST_PHASES = 100;
    private static final int MOST_RATE = 1000;

    public VideosConfig {
        DataChecks.requireFrames(height, width, channels, heldOut);
        require(fps >= 0 && fps <= MOST_RATE, "fps must lie between 0 (every frame) and " + MOST_RATE + ", not " + fps);
        require(
                phases >= 1 && phases <= MOST_PHASES,
                "phases must lie between 1 and " + MOST_PHASES + ", not " + phases);
        require(
                fps > 0 || phases == 1,
                "phases is " + phases + ", but with an fps of 0 clips may begin at every frame already; set fps, or set"
                        + " phases to 1");
        require(
                fps * phases <= MOST_RATE,
                "fps times phases must be at most " + MOST_RATE + ", not " + fps + " times " + phases);
    }

    /** Returns colour videos of 64x64 pixels with every frame that they have; which ones is to be said yet. */
    public static VideosConfig defaults() {
        return of(64, 0);
    }

    /** Returns colour videos of {@code size x size} pixels; which ones is to be said yet. */
    public static VideosConfig of(int size, double fps) {
        return new VideosConfig("", size, size, 3, fps, 1, false, 0.1, false, false);
    }

    /** Returns the same from another folder or file. */
    public VideosConfig at(String place) {
        return RecordCopy.of(this).with(VideosConfig::source, place).build();
    }

    /** Returns the frames per second that are decoded: those of clips in each of the phases. */
    double decodedRate() {
        return fps * phases;
    }

    /** Returns how many decoded frames a clip reaches over, from its first to its last. */
    int span(int frames) {
        return Math.addExact(Math.multiplyExact(frames - 1, phases), 1);
    }

    /** Returns whether it is said already where the videos are. */
    public boolean isPlaced() {
        return !source.isBlank();
    }

    @Override
    public Map<String, Path> places() {
        return isPlaced() ? Map.of(SOURCE, Path.of(source)) : Map.of();
    }

    @Override
    public VideosConfig absolute() {
        return at(RealPaths.ofSetting(SOURCE, source));
    }

    @Override
    public boolean equalsButForPlaces(DataConfig other) {
        return other instanceof VideosConfig videos && at(videos.source).equals(videos);
    }

    @Override
    public ClipDataset open(int frames, Path cache, Consumer<String> messages, Runnable check) {
        return VideoDataset.open(this, frames, cache, messages, check);
    }
}
