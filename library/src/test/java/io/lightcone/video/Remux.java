// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
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
import static org.bytedeco.ffmpeg.global.avformat.avio_open;

import java.nio.file.Path;
import java.util.function.IntPredicate;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.PointerScope;

/** Copies the packets of a video as they are, but leaves some of them out. */
final class Remux {
    private Remux() {}

    /** Writes the packets whose number, from 0 on, is wanted to another file. */
    static Path copy(Path from, Path to, String muxer, IntPredicate wanted) {
        try (PointerScope scope = new PointerScope();
                FfmpegObjects objects = new FfmpegObjects()) {
            AVFormatContext input = new AVFormatContext(null);
            Ffmpeg.check(avformat_open_input(input, Ffmpeg.url(from), null, (AVDictionary) null));
            objects.own(input, c -> avformat_close_input(c));
            Ffmpeg.check(avformat_find_stream_info(input, (AVDictionary) null));
            AVFormatContext output = new AVFormatContext(null);
            Ffmpeg.check(avformat_alloc_output_context2(output, null, Ffmpeg.utf8(muxer), Ffmpeg.url(to)));
            objects.own(output, c -> avformat_free_context(c));
            AVIOContext file = new AVIOContext(null);
            Ffmpeg.check(avio_open(file, Ffmpeg.url(to), AVIO_FLAG_WRITE));
            objects.own(file, c -> avio_closep(c));
            output.pb(file);
            AVStream stream = avformat_new_stream(output, null);
            Ffmpeg.check(
                    avcodec_parameters_copy(stream.codecpar(), input.streams(0).codecpar()));
            stream.codecpar().codec_tag(0);
            stream.time_base(input.streams(0).time_base());
            Ffmpeg.check(avformat_write_header(output, (AVDictionary) null));
            AVPacket packet = objects.own(av_packet_alloc(), p -> av_packet_free(p));
            for (int number = 0; av_read_frame(input, packet) >= 0; number++) {
                if (wanted.test(number)) {
                    av_packet_rescale_ts(packet, input.streams(0).time_base(), stream.time_base());
                    packet.pos(-1);
                    Ffmpeg.check(av_interleaved_write_frame(output, packet));
                }
                av_packet_unref(packet);
            }
            Ffmpeg.check(av_write_trailer(output));
            return to;
        } catch (Ffmpeg.Failure e) {
            throw new IllegalStateException(e);
        }
    }
}
