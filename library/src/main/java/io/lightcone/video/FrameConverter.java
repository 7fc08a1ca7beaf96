// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;

import java.util.Locale;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * Turns decoded frames into packed bytes of the size asked for: upright, scaled until they cover the target, the
 * middle cut out. Scaling down averages areas, scaling up is bicubic. Close it to free its native memory.
 */
final class FrameConverter implements AutoCloseable {
    private final VideoReader.Options options;
    private final FfmpegObjects objects = new FfmpegObjects();
    private final AVFrame converted;
    private @Nullable FrameFilter filter;
    private String filterKind = "";
    private Orientation filterOrientation = Orientation.UPRIGHT;

    FrameConverter(VideoReader.Options options) {
        this.options = options;
        converted = objects.own(av_frame_alloc(), f -> av_frame_free(f));
    }

    /** Returns the bytes H, W, C of a decoded frame, which stays the caller's. */
    byte[] convert(AVFrame frame) throws Ffmpeg.Failure {
        FrameFilter ready = filterFor(frame);
        ready.put(frame);
        if (!ready.take(converted)) {
            throw new IllegalStateException("FFmpeg kept a frame back");
        }
        int row = options.width() * options.channels();
        byte[] pixels = new byte[options.height() * row];
        BytePointer data = converted.data(0);
        for (int y = 0; y < options.height(); y++) {
            data.position((long) y * converted.linesize(0)).get(pixels, y * row, row);
        }
        av_frame_unref(converted);
        return pixels;
    }

    /** Returns the conversion for frames like this one; a video may change its size and its orientation on the way. */
    private FrameFilter filterFor(AVFrame frame) throws Ffmpeg.Failure {
        String kind = FrameFilter.kind(frame);
        Orientation orientation = Orientation.of(frame);
        if (filter != null && kind.equals(filterKind) && orientation.equals(filterOrientation)) {
            return filter;
        }
        if (filter != null) {
            filter.close();
            filter = null;
        }
        FrameFilter made = new FrameFilter(kind, "1/1000", chain(frame, orientation));
        filter = made;
        filterKind = kind;
        filterOrientation = orientation;
        return made;
    }

    private String chain(AVFrame frame, Orientation orientation) {
        double pixelAspect = Ffmpeg.value(frame.sample_aspect_ratio());
        double wide = frame.width() * (pixelAspect > 0 ? pixelAspect : 1);
        double high = frame.height();
        boolean turned = orientation.transposed();
        double scale = Math.max(options.width() / (turned ? high : wide), options.height() / (turned ? wide : high));
        long width = Math.max(options.width(), Math.round((turned ? high : wide) * scale));
        long height = Math.max(options.height(), Math.round((turned ? wide : high) * scale));
        return String.format(
                Locale.ROOT,
                "%sscale=%d:%d:flags=%s+accurate_rnd+full_chroma_int+full_chroma_inp"
                        + ",format=%s,crop=%d:%d:%d:%d:exact=1",
                orientation.filters(),
                width,
                height,
                scale > 1 ? "bicubic" : "area",
                options.channels() == 1 ? "gray" : "rgb24",
                options.width(),
                options.height(),
                (width - options.width()) / 2,
                (height - options.height()) / 2);
    }

    @Override
    public void close() {
        if (filter != null) {
            filter.close();
            filter = null;
        }
        objects.close();
    }
}
