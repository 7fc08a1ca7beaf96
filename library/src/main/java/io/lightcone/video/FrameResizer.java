// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_GRAY8;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;

import io.lightcone.NativeMemory;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * Turns frames that are in memory already into the size and colours of clips, as {@link VideoReader} does with those of
 * videos. Frames that have both are returned as they are. Not safe for several threads at once. It owns native memory:
 * close it.
 */
public final class FrameResizer implements AutoCloseable {
    static {
        NativeMemory.allow();
    }

    private final FfmpegObjects objects = new FfmpegObjects();
    private final AVFrame raw;
    private final FrameConverter converter;
    private final int height;
    private final int width;
    private final int channels;
    private final boolean needless;

    /**
     * Prepares to resize frames of one size.
     *
     * @param channels 1 (grey) or 3 (red, green, blue) of the frames that will come
     * @param to the size and colours wanted; its rate and start are of no concern here
     */
    public FrameResizer(int height, int width, int channels, VideoReader.Options to) {
        this.height = height;
        this.width = width;
        this.channels = channels;
        needless = height == to.height() && width == to.width() && channels == to.channels();
        try (PointerScope scope = new PointerScope()) {
            converter = new FrameConverter(to);
            objects.onClose(converter::close);
            raw = objects.own(av_frame_alloc(), f -> av_frame_free(f));
            raw.format(channels == 1 ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_RGB24)
                    .width(width)
                    .height(height);
            Ffmpeg.check(av_frame_get_buffer(raw, 0));
        } catch (Ffmpeg.Failure e) {
            objects.close();
            throw new IllegalStateException(e.reason(), e);
        } catch (RuntimeException | Error e) {
            objects.close();
            throw e;
        }
    }

    /** Returns a frame in the size and colours wanted: bytes H, W, C, as those of {@code pixels} are. */
    public byte[] resized(byte[] pixels) {
        if (needless) {
            return pixels;
        }
        try (PointerScope scope = new PointerScope()) {
            Ffmpeg.check(av_frame_make_writable(raw));
            BytePointer data = raw.data(0);
            int row = width * channels;
            for (int y = 0; y < height; y++) {
                data.position((long) y * raw.linesize(0)).put(pixels, y * row, row);
            }
            return converter.convert(raw);
        } catch (Ffmpeg.Failure e) {
            throw new IllegalStateException(e.reason(), e);
        }
    }

    @Override
    public void close() {
        objects.close();
    }
}
