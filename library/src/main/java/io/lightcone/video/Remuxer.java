// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_flush;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.PointerScope;

/**
 * Remuxes a video that was written in pieces into one whole: pictures are copied as they are. Pieces can be played
 * whatever happens while they are written; of a whole, players know the length, and any place in it, from its first
 * bytes.
 */
final class Remuxer implements AutoCloseable {
    private final FfmpegObjects objects = new FfmpegObjects();
    private final AVFormatContext input;
    private final AVFormatContext output;
    private final AVIOContext file;
    private final AVPacket packet;

    private Remuxer(Path pieces, Path whole, Encoding encoding) throws Ffmpeg.Failure {
        try {
            input = new AVFormatContext(null);
            Ffmpeg.check(avformat_open_input(input, Ffmpeg.url(pieces), (AVInputFormat) null, (AVDictionary) null));
            objects.own(input, c -> avformat_close_input(c));
            Ffmpeg.check(avformat_find_stream_info(input, (AVDictionary) null));
            output = new AVFormatContext(null);
            Ffmpeg.check(
                    avformat_alloc_output_context2(output, null, Ffmpeg.utf8(encoding.muxer()), Ffmpeg.url(whole)));
            objects.own(output, c -> avformat_free_context(c));
            file = new AVIOContext(null);
            Ffmpeg.check(avio_open(file, Ffmpeg.url(whole), AVIO_FLAG_WRITE));
            objects.own(file, c -> avio_closep(c));
            output.pb(file);
            packet = objects.own(av_packet_alloc(), p -> av_packet_free(p));
        } catch (Ffmpeg.Failure | RuntimeException | Error e) {
            objects.close();
            throw e;
        }
    }

    /**
     * Copies the pictures of {@code pieces} into {@code whole}.
     *
     * @param encoding that the pieces were written by
     */
    static void write(Path pieces, Path whole, Encoding encoding) throws Ffmpeg.Failure {
        try (PointerScope scope = new PointerScope();
                Remuxer made = new Remuxer(pieces, whole, encoding)) {
            made.copy(encoding);
        }
    }

    private void copy(Encoding encoding) throws Ffmpeg.Failure {
        AVStream from = input.streams(0);
        AVStream to = avformat_new_stream(output, null);
        Ffmpeg.check(avcodec_parameters_copy(to.codecpar(), from.codecpar()));
        to.codecpar().codec_tag(0);
        to.time_base(from.time_base());
        to.avg_frame_rate(from.avg_frame_rate());
        AVDictionary options = Ffmpeg.options(encoding.whole());
        try {
            Ffmpeg.check(avformat_write_header(output, options));
        } finally {
            av_dict_free(options);
        }
        int result = av_read_frame(input, packet);
        for (; result >= 0; result = av_read_frame(input, packet)) {
            av_packet_rescale_ts(packet, from.time_base(), to.time_base());
            packet.pos(-1);
            Ffmpeg.check(av_interleaved_write_frame(output, packet)); // which also empties the packet
        }
        if (result != AVERROR_EOF()) {
            Ffmpeg.check(result);
        }
        Ffmpeg.check(av_write_trailer(output));
        avio_flush(file);
        Ffmpeg.check(file.error());
    }

    @Override
    public void close() {
        objects.close();
    }
}
