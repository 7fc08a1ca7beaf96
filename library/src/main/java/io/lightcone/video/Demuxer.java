// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_DURATION_FROM_STREAM;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_READ;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_probe_input_buffer;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EINVAL;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;

/**
 * Reads the packets of a file's pictures, one a frame and still encoded, and what the container says of them. The kind
 * of a file is known by its content and not by its name. Close it to free its native memory.
 */
final class Demuxer implements AutoCloseable {
    /**
     * The containers that are read, all of which hold the pictures themselves; play lists, which would open other
     * files, stay out.
     */
    private static final String CONTAINERS =
            "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,mpegts,mpeg,mpegvideo,flv,apng,"
                    + "yuv4mpegpipe,webp_pipe,ogg,asf,ivf,nut,mxf,dv,h264,hevc,m4v";

    private static final int MOST_READING_ERRORS = 16;

    /** The containers in which packets lie one after the other in the order in which they are read. */
    private static final Set<String> IN_A_ROW = Set.of("matroska,webm", "flv");

    private static final int BYTES_BETWEEN_PACKETS = 64;

    /** Reports why a file is not read. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        Refusal(String reason) {
            super(reason);
        }
    }

    private final FfmpegObjects objects = new FfmpegObjects();
    private final AVFormatContext format;
    private final AVStream stream;
    private final Optional<GifPictures> gif;
    private final String container;
    private int pictures;
    private long gifTime;
    private long endOfLast = -1;
    private boolean skipped;
    private boolean ended;
    private String trouble = "";

    /** Opens a file. The native objects belong to this object, but are to be used within the caller's pointer scope. */
    Demuxer(Path file) throws Refusal, Ffmpeg.Failure {
        try {
            gif = GifPictures.of(file);
            format = open(file);
            stream = format.streams(pictureStream());
            container = format.iformat().name().getString();
        } catch (IOException e) {
            objects.close();
            throw new Refusal("it cannot be read");
        } catch (Refusal | Ffmpeg.Failure | RuntimeException | Error e) {
            objects.close();
            throw e;
        }
    }

    private AVFormatContext open(Path file) throws IOException, Refusal, Ffmpeg.Failure {
        AVFormatContext context = new AVFormatContext(null);
        AVDictionary options = Ffmpeg.options(Map.of("format_whitelist", CONTAINERS, "protocol_whitelist", "file"));
        int result;
        try {
            result = avformat_open_input(context, Ffmpeg.url(file), null, options);
        } finally {
            av_dict_free(options);
        }
        if (result == AVERROR_EINVAL()) {
            throw new Refusal("it is of a kind that is not read, " + kind(file) + "; convert it to MP4");
        }
        Ffmpeg.check(result);
        objects.own(context, c -> avformat_close_input(c));
        if (FileStructure.isAnimatedWebp(file)) {
            throw new Refusal("it is of a kind that is not read, animated WebP; convert it to MP4 or GIF");
        }
        Ffmpeg.check(avformat_find_stream_info(context, (AVDictionary) null));
        return context;
    }

    /** Returns FFmpeg's name for the kind of a file. */
    private static String kind(Path file) throws Ffmpeg.Failure {
        AVIOContext input = new AVIOContext(null);
        Ffmpeg.check(avio_open(input, Ffmpeg.url(file), AVIO_FLAG_READ));
        try {
            AVInputFormat found = new AVInputFormat(null);
            Ffmpeg.check(av_probe_input_buffer(input, found, Ffmpeg.url(file), null, 0, 0));
            return found.long_name().getString();
        } finally {
            avio_closep(input);
        }
    }

    private int pictureStream() throws Refusal {
        int index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
        if (index >= 0 && (format.streams(index).disposition() & AV_DISPOSITION_ATTACHED_PIC) == 0) {
            return index;
        }
        boolean sound = av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, (AVCodec) null, 0) >= 0;
        throw new Refusal(sound ? "it holds sound but no pictures" : "it holds no pictures");
    }

    /** Reads the next packet into an empty one of the caller's, to be unreferenced later; returns false at the end. */
    boolean read(AVPacket into) {
        for (int errors = 0; !ended && errors < MOST_READING_ERRORS; ) {
            if (gif.isPresent()
                    && !gif.get().ended()
                    && pictures == gif.get().delays().size()) {
                break; // the next picture would be half decoded
            }
            int result = av_read_frame(format, into);
            if (result == AVERROR_EOF()) {
                break;
            } else if (result < 0) {
                errors++;
                trouble = Ffmpeg.reason(result);
                continue;
            }
            follow(into);
            if (into.stream_index() == stream.index() && into.size() > 0) {
                gif.ifPresent(known -> time(into, known.delays()));
                pictures++;
                trouble = "";
                return true;
            } else { // a packet of sound, or an empty one: the picture before is shown longer
                av_packet_unref(into);
            }
        }
        ended = true;
        return false;
    }

    /**
     * Notes whether more bytes lie between two packets than a container needs, which is what an unreadable part
     * leaves.
     */
    private void follow(AVPacket next) {
        long at = next.pos();
        if (at >= 0 && IN_A_ROW.contains(container)) {
            skipped |= endOfLast >= 0 && at - endOfLast > BYTES_BETWEEN_PACKETS;
            endOfLast = at + next.size();
        }
    }

    /** Returns whether a part of the file was unreadable since the last call. */
    boolean skipped() {
        boolean was = skipped;
        skipped = false;
        return was;
    }

    private void time(AVPacket picture, List<Integer> delays) {
        int delay = pictures < delays.size() ? delays.get(pictures) : 10;
        picture.pts(gifTime).dts(gifTime).duration(delay);
        gifTime += delay;
    }

    /** Returns what kept the file from being read to its end; empty if nothing did. */
    String trouble() {
        return trouble;
    }

    AVCodecParameters parameters() {
        return stream.codecpar();
    }

    AVRational timeBase() {
        return stream.time_base();
    }

    /** Returns the average frame rate that the container gives; 0 if it gives none. */
    double averageRate() {
        if (gif.isPresent() && !gif.get().delays().isEmpty()) {
            List<Integer> delays = gif.get().delays();
            return 100.0 * delays.size() / delays.stream().mapToLong(d -> d).sum();
        }
        double average = Ffmpeg.value(stream.avg_frame_rate());
        return average > 0 ? average : Ffmpeg.value(stream.r_frame_rate());
    }

    /** Returns the frame rate that most frames seem to follow; 0 if it is unknown. */
    double usualRate() {
        double finest = Ffmpeg.value(stream.r_frame_rate());
        double average = averageRate();
        return average < 1 && finest >= 1 && finest <= 240 ? finest : average;
    }

    /** Returns whether every frame lasts as long as every other, so that longer ones are several: those of an AVI. */
    boolean hasConstantRate() {
        return container.equals("avi");
    }

    /**
     * Returns how many frames the container says it has; 0 if it says nothing, as a GIF, whose frames FFmpeg counts.
     */
    long declaredFrames() {
        return gif.isPresent() ? 0 : Math.max(0, stream.nb_frames());
    }

    /** Returns how long the container says the pictures last, in seconds; 0 if it does not. */
    double declaredSeconds() {
        if (gif.isPresent() || format.duration_estimation_method() != AVFMT_DURATION_FROM_STREAM) {
            return 0;
        }
        if (stream.duration() != AV_NOPTS_VALUE && stream.duration() > 0) {
            return stream.duration() * Ffmpeg.value(stream.time_base());
        }
        boolean alone = format.nb_streams() == 1; // otherwise the duration may be that of the sound
        return alone && format.duration() > 0 ? (double) format.duration() / AV_TIME_BASE : 0;
    }

    @Override
    public void close() {
        objects.close();
    }
}
