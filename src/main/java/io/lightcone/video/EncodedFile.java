// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_GLOBALHEADER;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_flush;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_GRAY8;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/** A video file in the making: raw frames in, a playable file after {@link #finish()}. Close it to free its native memory. */
final class EncodedFile implements AutoCloseable {
    private final Encoding encoding;
    private final FrameRate rate;
    private final Natives natives = new Natives();
    private final int height;
    private final int width;
    private final int channels;
    private final AVFormatContext format;
    private final AVIOContext output;
    private final AVFrame raw;
    private final AVFrame filtered;
    private final AVPacket packet;
    private final FrameFilter filter;
    private @Nullable AVCodecContext codec;

    /**
     * Begins the file; height and width must suit the encoding, channels are 1 (grey) or 3 (RGB).
     *
     * @param watched whether each piece is to be in the file as soon as it is encoded, for whoever opens it meanwhile
     */
    EncodedFile(Path file, Encoding encoding, FrameRate rate, boolean watched, int height, int width, int channels)
            throws Ffmpeg.Failure {
        this.encoding = encoding;
        this.rate = rate;
        this.height = height;
        this.width = width;
        this.channels = channels;
        try (PointerScope scope = new PointerScope()) {
            format = new AVFormatContext(null);
            Ffmpeg.check(avformat_alloc_output_context2(format, null, Ffmpeg.utf8(encoding.muxer()), Ffmpeg.url(file)));
            natives.own(format, c -> avformat_free_context(c));
            output = new AVIOContext(null);
            Ffmpeg.check(avio_open(output, Ffmpeg.url(file), AVIO_FLAG_WRITE));
            natives.own(output, c -> avio_closep(c));
            format.pb(output);
            format.flush_packets(watched ? 1 : 0); // -1, the default, holds back 256 KiB: a day of small frames
            filtered = natives.own(av_frame_alloc(), f -> av_frame_free(f));
            packet = natives.own(av_packet_alloc(), p -> av_packet_free(p));
            raw = natives.own(av_frame_alloc(), f -> av_frame_free(f));
            raw.format(channels == 1 ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_RGB24)
                    .width(width)
                    .height(height);
            Ffmpeg.check(av_frame_get_buffer(raw, 0));
            boolean greyPalette = channels == 1 && encoding.filter().equals(Encoding.PALETTE_PER_FRAME);
            String chain = greyPalette ? "format=gray" : encoding.filter();
            filter = new FrameFilter(FrameFilter.kind(raw), rate.seconds() + "/" + rate.frames(), chain);
        } catch (Ffmpeg.Failure | RuntimeException | Error e) {
            natives.close();
            throw e;
        }
    }

    /**
     * Adds a frame.
     *
     * @param pixels H, W, C
     * @param tick when it begins, in units of one frame; must grow
     */
    void add(byte[] pixels, long tick) throws Ffmpeg.Failure {
        try (PointerScope scope = new PointerScope()) {
            Ffmpeg.check(av_frame_make_writable(raw));
            BytePointer data = raw.data(0);
            int row = width * channels;
            for (int y = 0; y < height; y++) {
                data.position((long) y * raw.linesize(0)).put(pixels, y * row, row);
            }
            raw.pts(tick).duration(1);
            filter.put(raw);
            encodeFiltered();
        }
    }

    /** Writes what is still under way and the file's index. */
    void finish() throws Ffmpeg.Failure {
        try (PointerScope scope = new PointerScope()) {
            filter.put(null);
            encodeFiltered();
            if (codec != null) {
                encode(codec, null);
                Ffmpeg.check(av_write_trailer(format));
            }
            avio_flush(output);
            Ffmpeg.check(output.error());
        }
    }

    private void encodeFiltered() throws Ffmpeg.Failure {
        while (filter.take(filtered)) {
            try {
                AVCodecContext ready = codec;
                if (ready == null) {
                    ready = begin();
                    codec = ready;
                }
                encode(ready, filtered);
            } finally {
                av_frame_unref(filtered);
            }
        }
    }

    /** Opens the encoder for the frames that leave the filter, and writes the head of the file. */
    private AVCodecContext begin() throws Ffmpeg.Failure {
        AVCodec encoder = avcodec_find_encoder_by_name(encoding.encoder());
        if (encoder == null) {
            throw new IllegalStateException("this build of FFmpeg has no encoder " + encoding.encoder());
        }
        AVCodecContext context = natives.own(avcodec_alloc_context3(encoder), c -> avcodec_free_context(c));
        context.width(filtered.width()).height(filtered.height()).pix_fmt(filtered.format());
        context.colorspace(filtered.colorspace()).color_range(filtered.color_range());
        context.time_base(Ffmpeg.rational(rate.seconds(), rate.frames()));
        context.framerate(Ffmpeg.rational(rate.frames(), rate.seconds()));
        if ((format.oformat().flags() & AVFMT_GLOBALHEADER) != 0) {
            context.flags(context.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
        }
        AVDictionary options = Ffmpeg.options(encoding.encoderOptions());
        try {
            Ffmpeg.check(avcodec_open2(context, encoder, options));
        } finally {
            av_dict_free(options);
        }
        AVStream stream = avformat_new_stream(format, null);
        stream.time_base(context.time_base());
        stream.avg_frame_rate(context.framerate());
        Ffmpeg.check(avcodec_parameters_from_context(stream.codecpar(), context));
        AVDictionary muxerOptions = Ffmpeg.options(encoding.muxerOptions());
        try {
            Ffmpeg.check(avformat_write_header(format, muxerOptions));
        } finally {
            av_dict_free(muxerOptions);
        }
        return context;
    }

    private void encode(AVCodecContext context, @Nullable AVFrame frame) throws Ffmpeg.Failure {
        if (frame != null) {
            frame.pict_type(0);
        }
        Ffmpeg.check(avcodec_send_frame(context, frame));
        while (true) {
            int result = avcodec_receive_packet(context, packet);
            if (result == AVERROR_EAGAIN() || result == AVERROR_EOF()) {
                return;
            }
            Ffmpeg.check(result);
            AVStream stream = format.streams(0);
            packet.stream_index(0);
            av_packet_rescale_ts(packet, context.time_base(), stream.time_base());
            Ffmpeg.check(av_interleaved_write_frame(format, packet)); // which also empties the packet
            Ffmpeg.check(output.error());
        }
    }

    @Override
    public void close() {
        filter.close();
        natives.close();
    }
}
