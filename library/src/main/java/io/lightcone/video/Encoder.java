// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/** Runs one of FFmpeg's encoders: frames of one kind in, packets out. Close it to free its native memory. */
final class Encoder implements AutoCloseable {
    private final FfmpegObjects objects = new FfmpegObjects();
    private final Encoding encoding;
    private final AVCodecContext context;
    private int taken;

    /**
     * Opens an encoder.
     *
     * @param like a frame of the size, pixel format and colour space of all that will come
     * @param globalHeader whether the container keeps what a decoder must know, rather than the packets
     */
    Encoder(Encoding encoding, AVFrame like, FrameRate rate, boolean globalHeader) throws Ffmpeg.Failure {
        this.encoding = encoding;
        AVCodec encoder = avcodec_find_encoder_by_name(encoding.encoder());
        if (encoder == null) {
            throw new IllegalStateException("this build of FFmpeg has no encoder " + encoding.encoder());
        }
        context = objects.own(avcodec_alloc_context3(encoder), c -> avcodec_free_context(c));
        context.width(like.width()).height(like.height()).pix_fmt(like.format());
        context.colorspace(like.colorspace()).color_range(like.color_range());
        context.time_base(Ffmpeg.rational(rate.seconds(), rate.frames()));
        context.framerate(Ffmpeg.rational(rate.frames(), rate.seconds()));
        if (globalHeader) {
            context.flags(context.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
        }
        AVDictionary options = Ffmpeg.options(encoding.encoderOptions());
        try {
            Ffmpeg.check(avcodec_open2(context, encoder, options));
        } catch (Ffmpeg.Failure | RuntimeException | Error e) {
            objects.close();
            throw e;
        } finally {
            av_dict_free(options);
        }
    }

    /** Returns the settings that it was opened with. */
    Encoding encoding() {
        return encoding;
    }

    AVCodecContext context() {
        return context;
    }

    /** Returns how many frames it was given. */
    int taken() {
        return taken;
    }

    /**
     * Gives the encoder a frame, which stays the caller's; null says that no more will come.
     *
     * @param type of the picture that it is to become, as FFmpeg numbers them; 0 for whichever suits
     */
    void put(@Nullable AVFrame frame, int type) throws Ffmpeg.Failure {
        if (frame != null) {
            frame.pict_type(type);
        }
        Ffmpeg.check(avcodec_send_frame(context, frame));
        taken++;
    }

    /** Moves the next packet into an empty one of the caller's; returns false when none is ready. */
    boolean take(AVPacket into) throws Ffmpeg.Failure {
        return Ffmpeg.came(avcodec_receive_packet(context, into));
    }

    @Override
    public void close() {
        objects.close();
    }
}
