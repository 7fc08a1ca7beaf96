// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
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
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_I;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_GRAY8;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Encodes raw frames into a video file, which is playable after {@link #finish()}. Close it to free its native memory.
 */
final class EncodedFile implements AutoCloseable {
    private final Encoding encoding;
    private final FrameRate rate;
    private final FfmpegObjects objects = new FfmpegObjects();
    private final int height;
    private final int width;
    private final int channels;
    private final AVFormatContext format;
    private final AVIOContext output;
    private final AVFrame raw;
    private final AVFrame filtered;
    private final AVPacket packet;
    private final FrameFilter filter;
    private final GifPalettes palettes = new GifPalettes();
    private @Nullable Encoder encoder;
    private boolean afterKeyFrame;

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
            objects.own(format, c -> avformat_free_context(c));
            output = new AVIOContext(null);
            Ffmpeg.check(avio_open(output, Ffmpeg.url(file), AVIO_FLAG_WRITE));
            objects.own(output, c -> avio_closep(c));
            format.pb(output);
            format.flush_packets(watched ? 1 : 0); // -1, the default, holds back 256 KiB: a day of small frames
            filtered = objects.own(av_frame_alloc(), f -> av_frame_free(f));
            packet = objects.own(av_packet_alloc(), p -> av_packet_free(p));
            raw = objects.own(av_frame_alloc(), f -> av_frame_free(f));
            raw.format(channels == 1 ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_RGB24)
                    .width(width)
                    .height(height);
            Ffmpeg.check(av_frame_get_buffer(raw, 0));
            boolean greyPalette = channels == 1 && encoding.filter().equals(Encoding.PALETTE_PER_FRAME);
            String chain = greyPalette ? "format=gray" : encoding.filter();
            filter = new FrameFilter(FrameFilter.kind(raw), rate.seconds() + "/" + rate.frames(), chain);
        } catch (Ffmpeg.Failure | RuntimeException | Error e) {
            objects.close();
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

    /** Encodes the frames that are still held back, and writes the file's index. */
    void finish() throws Ffmpeg.Failure {
        try (PointerScope scope = new PointerScope()) {
            filter.put(null);
            encodeFiltered();
            if (encoder != null) {
                encoder.put(null, 0);
                writePackets(encoder);
                Ffmpeg.check(av_write_trailer(format));
            }
            avio_flush(output);
            Ffmpeg.check(output.error());
        }
    }

    private void encodeFiltered() throws Ffmpeg.Failure {
        while (filter.take(filtered)) {
            try {
                palettes.pass(filtered);
                encode(ready());
            } finally {
                av_frame_unref(filtered);
            }
        }
    }

    /** Returns the encoder for the next frame; one that had to be coarser serves until the next key frame is due. */
    private Encoder ready() throws Ffmpeg.Failure {
        Encoder open = encoder;
        if (open == null) {
            open = open(encoding);
            begin(open);
        } else if (!open.encoding().equals(encoding) && open.taken() >= encoding.keyFrameEvery()) {
            open = open(encoding);
        }
        return open;
    }

    private Encoder open(Encoding with) throws Ffmpeg.Failure {
        closeEncoder();
        boolean globalHeader = (format.oformat().flags() & AVFMT_GLOBALHEADER) != 0;
        Encoder open = new Encoder(with, filtered, rate, globalHeader);
        encoder = open;
        return open;
    }

    private void closeEncoder() {
        if (encoder != null) {
            encoder.close();
            encoder = null;
        }
    }

    /** Writes the header of the file. */
    private void begin(Encoder open) throws Ffmpeg.Failure {
        AVStream stream = avformat_new_stream(format, null);
        stream.time_base(open.context().time_base());
        stream.avg_frame_rate(open.context().framerate());
        Ffmpeg.check(avcodec_parameters_from_context(stream.codecpar(), open.context()));
        AVDictionary muxerOptions = Ffmpeg.options(encoding.muxerOptions());
        try {
            Ffmpeg.check(avformat_write_header(format, muxerOptions));
        } finally {
            av_dict_free(muxerOptions);
        }
    }

    /**
     * Encodes a filtered frame. An encoder that has no room for it, as for noise at a fixed quality, is replaced by a
     * coarser one, which begins with a key frame; a file can change between them there, for they need the same header.
     */
    private void encode(Encoder ready) throws Ffmpeg.Failure {
        Encoder trying = ready;
        while (true) {
            try {
                put(trying);
                break;
            } catch (Ffmpeg.Failure e) {
                Encoding coarser = trying.encoding().coarser();
                if (coarser == null) {
                    throw e;
                }
                trying = open(coarser);
            }
        }
        writePackets(trying);
    }

    /**
     * Sends the filtered frame to an encoder. Key frames in a row must have different numbers, but every encoder begins
     * with the same number: so the first key frame of a later encoder is thrown away.
     */
    private void put(Encoder open) throws Ffmpeg.Failure {
        boolean second = open.taken() == 0 && afterKeyFrame;
        if (second) {
            open.put(filtered, 0);
            while (open.take(packet)) {
                av_packet_unref(packet);
            }
        }
        open.put(filtered, second ? AV_PICTURE_TYPE_I : 0);
    }

    private void writePackets(Encoder open) throws Ffmpeg.Failure {
        while (open.take(packet)) {
            afterKeyFrame = (packet.flags() & AV_PKT_FLAG_KEY) != 0;
            AVStream stream = format.streams(0);
            packet.stream_index(0);
            av_packet_rescale_ts(packet, open.context().time_base(), stream.time_base());
            Ffmpeg.check(av_interleaved_write_frame(format, packet)); // which also empties the packet
            Ffmpeg.check(output.error());
        }
    }

    @Override
    public void close() {
        filter.close();
        closeEncoder();
        objects.close();
    }
}
