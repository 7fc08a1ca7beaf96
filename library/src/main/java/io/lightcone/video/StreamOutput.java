// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avformat.avio_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avio_context_free;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EXTERNAL;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;

import java.io.IOException;
import java.io.OutputStream;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.ffmpeg.avformat.Write_packet_Pointer_BytePointer_int;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Passes the bytes that FFmpeg writes on to a Java stream. Nothing that the stream throws may cross FFmpeg's own code,
 * so it is kept here, FFmpeg is told that there was an error, and the stream is not written to again.
 */
final class StreamOutput {
    private static final int BUFFER_BYTES = 1 << 15;

    private final OutputStream stream;
    private @Nullable Throwable failure;

    StreamOutput(OutputStream stream) {
        this.stream = stream;
    }

    /** Hands the bytes that FFmpeg writes to the stream. FFmpeg keeps no reference to it, so whoever opened it does. */
    private final class Callback extends Write_packet_Pointer_BytePointer_int {
        @Override
        public int call(Pointer none, BytePointer buffer, int size) {
            if (failure != null) {
                return AVERROR_EXTERNAL();
            }
            try {
                byte[] bytes = new byte[size];
                buffer.get(bytes);
                stream.write(bytes);
                return size;
            } catch (Throwable e) { // also of an Error FFmpeg would know nothing
                failure = e;
                return AVERROR_EXTERNAL();
            }
        }
    }

    /** Opens what a container is written to; it belongs to {@code objects}. */
    AVIOContext open(FfmpegObjects objects) {
        Callback callback = new Callback();
        callback.retainReference(); // it outlives the scope that it is created in
        objects.onClose(callback::releaseReference);
        BytePointer buffer = new BytePointer(av_malloc(BUFFER_BYTES));
        AVIOContext context = avio_alloc_context(
                buffer,
                BUFFER_BYTES,
                1,
                null,
                (Read_packet_Pointer_BytePointer_int) null,
                callback,
                (Seek_Pointer_long_int) null);
        return objects.own(context, opened -> {
            av_free(opened.buffer()); // FFmpeg may have put a larger one in its place
            avio_context_free(opened);
        });
    }

    /** Throws what the stream has thrown, if it has. */
    void check() throws IOException {
        if (failure instanceof IOException io) {
            throw io;
        } else if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        } else if (failure instanceof Error error) {
            throw error;
        }
    }
}
