// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_display_rotation_get;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * The frames of a video file in their order, as FFmpeg decodes them, each with its time. It is strict: a corrupt packet,
 * a decoding error, a file that ends before its structure says or far before its declared end all throw a
 * {@link UserException} that names the file. Close it to free its native memory.
 */
final class Decoder implements AutoCloseable {
    /** Containers that hold the pictures themselves; play lists, which would open other files, stay out. */
    private static final String CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif";

    /** {@code AV_FRAME_FLAG_CORRUPT} of libavutil's frame.h, a macro that the presets leave out. */
    private static final int FRAME_CORRUPT = 1;

    private final Path file;
    private final Natives natives = new Natives();
    private final AVFormatContext format;
    private final AVStream stream;
    private final AVCodecContext codec;
    private final AVPacket packet;
    private final double timeUnit;
    private final double framesPerSecond;
    private final int wholeFrames;

    private boolean flushing;
    private boolean ended;
    private int frames;
    private double firstSeconds;
    private double lastSeconds;
    private double lastLength;

    Decoder(Path file) {
        this.file = file;
        checkIsFile();
        try (PointerScope scope = new PointerScope()) {
            format = openContainer();
            stream = format.streams(pictureStream());
            codec = openCodec();
            packet = natives.own(av_packet_alloc(), p -> av_packet_free(p));
            timeUnit = Ffmpeg.value(stream.time_base());
            framesPerSecond = rate();
            wholeFrames = FileStructure.wholePictures(file);
        } catch (Ffmpeg.Failure e) {
            natives.close();
            throw unreadable(e.reason());
        } catch (RuntimeException | Error e) {
            natives.close();
            throw e;
        }
    }

    private void checkIsFile() {
        if (Files.isDirectory(file)) {
            throw new UserException(file + " is a folder where a video file is expected.");
        }
        try {
            if (Files.size(file) == 0) {
                throw new UserException(file + " is not a video that can be read: it is empty.");
            }
        } catch (NoSuchFileException e) {
            throw new UserException("There is no such file as " + file + ".", e);
        } catch (IOException e) {
            throw new UserException(file + " cannot be read: " + FileTrouble.reason(e, file) + ".", e);
        }
    }

    private AVFormatContext openContainer() throws Ffmpeg.Failure {
        AVFormatContext context = new AVFormatContext(null);
        AVDictionary options = Ffmpeg.options(Map.of("format_whitelist", CONTAINERS, "protocol_whitelist", "file"));
        try {
            Ffmpeg.check(avformat_open_input(context, Ffmpeg.url(file), null, options));
        } finally {
            av_dict_free(options);
        }
        natives.own(context, c -> avformat_close_input(c));
        Ffmpeg.check(avformat_find_stream_info(context, (AVDictionary) null));
        return context;
    }

    private int pictureStream() {
        int index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
        if (index >= 0 && (format.streams(index).disposition() & AV_DISPOSITION_ATTACHED_PIC) == 0) {
            return index;
        }
        boolean sound = av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, (AVCodec) null, 0) >= 0;
        throw unreadable(sound ? "it holds sound but no pictures" : "it holds no pictures");
    }

    private AVCodecContext openCodec() throws Ffmpeg.Failure {
        AVCodec decoder = avcodec_find_decoder(stream.codecpar().codec_id());
        if (decoder == null) {
            throw unreadable("there is no decoder for its pictures here");
        }
        AVCodecContext context = natives.own(avcodec_alloc_context3(decoder), c -> avcodec_free_context(c));
        Ffmpeg.check(avcodec_parameters_to_context(context, stream.codecpar()));
        context.pkt_timebase(stream.time_base());
        context.thread_count(Math.min(4, Runtime.getRuntime().availableProcessors()));
        Ffmpeg.check(avcodec_open2(context, decoder, (AVDictionary) null));
        return context;
    }

    private double rate() {
        double average = Ffmpeg.value(stream.avg_frame_rate());
        double seconds = declaredSeconds();
        if (format.iformat().name().getString().equals("gif") && stream.nb_frames() > 0 && seconds > 0) {
            return stream.nb_frames() / seconds; // FFmpeg averages over the first frames of a GIF only
        }
        return average > 0 ? average : Math.max(1e-3, Ffmpeg.value(stream.r_frame_rate()));
    }

    /** Decodes the next frame into an empty one of the caller's, to be unreferenced later; false after the last. */
    boolean next(AVFrame into) {
        while (!ended) {
            int result = avcodec_receive_frame(codec, into);
            if (result == 0) {
                if (frames == wholeFrames) { // a GIF's last picture would come half painted
                    throw damaged("the file ends early");
                }
                if (into.decode_error_flags() != 0 || (into.flags() & FRAME_CORRUPT) != 0) {
                    throw damaged("decoding error in a frame");
                }
                return timed(into);
            } else if (result == AVERROR_EAGAIN()) {
                feed();
            } else if (result == AVERROR_EOF()) {
                ended = true;
                checkWhole();
            } else {
                throw damaged("decoding error: " + Ffmpeg.reason(result));
            }
        }
        return false;
    }

    private void feed() {
        int result = av_read_frame(format, packet);
        if (result == AVERROR_EOF() && !flushing) {
            flushing = true;
            avcodec_send_packet(codec, null);
            return;
        }
        if (result < 0) {
            throw damaged("reading error: " + Ffmpeg.reason(result));
        }
        try {
            if (packet.stream_index() == stream.index()) {
                if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
                    throw damaged("a frame is incomplete");
                }
                int sent = avcodec_send_packet(codec, packet);
                if (sent < 0) {
                    throw damaged("decoding error: " + Ffmpeg.reason(sent));
                }
            }
        } finally {
            av_packet_unref(packet);
        }
    }

    private boolean timed(AVFrame frame) {
        long stamp = frame.best_effort_timestamp();
        double seconds = stamp == AV_NOPTS_VALUE ? lastSeconds + lastLength : stamp * timeUnit;
        if (frames == 0) {
            firstSeconds = seconds;
        } else {
            seconds = Math.max(seconds, lastSeconds);
        }
        lastLength = frame.duration() > 0 ? frame.duration() * timeUnit : 1 / framesPerSecond;
        lastSeconds = seconds;
        frames++;
        return true;
    }

    /** When the frame that {@link #next} gave last begins, in seconds after the first frame. */
    double seconds() {
        return lastSeconds - firstSeconds;
    }

    /** How long that frame is to be shown, in seconds. */
    double length() {
        return lastLength;
    }

    /** The video's own frame rate, an average if it varies. */
    double framesPerSecond() {
        return framesPerSecond;
    }

    /**
     * By how many seconds a time stamp may lie after the true time because the container rounded it and the first one: 0
     * where a frame lasts a whole number of time units.
     */
    double rounding() {
        double units = 1 / (framesPerSecond * timeUnit);
        boolean whole = units > 0.99 && Math.abs(units - Math.rint(units)) < 0.01;
        return whole ? 0 : 1.01 * timeUnit;
    }

    /** Degrees, 0, 90, 180 or 270, by which the pictures must be turned clockwise to stand upright. */
    int rotation() {
        AVCodecParameters parameters = stream.codecpar();
        AVPacketSideData data = av_packet_side_data_get(
                parameters.coded_side_data(), parameters.nb_coded_side_data(), AV_PKT_DATA_DISPLAYMATRIX);
        if (data == null || data.isNull() || data.size() < 36) {
            return 0;
        }
        double counterclockwise = av_display_rotation_get(new IntPointer(data.data()));
        return Double.isNaN(counterclockwise) ? 0 : Math.floorMod(Math.round(-counterclockwise / 90) * 90, 360);
    }

    private double declaredSeconds() {
        if (stream.duration() != AV_NOPTS_VALUE && stream.duration() > 0) {
            return stream.duration() * Ffmpeg.value(stream.time_base());
        }
        boolean alone = format.nb_streams() == 1; // otherwise the duration may be that of the sound
        return alone && format.duration() > 0 ? (double) format.duration() / AV_TIME_BASE : 0;
    }

    private void checkWhole() {
        if (FileStructure.cutShort(file)) {
            throw damaged("the file ends early");
        }
        if (frames == 0) {
            throw unreadable("it has no frames");
        }
        double declared = declaredSeconds();
        double missing = declared - (lastSeconds - firstSeconds + lastLength);
        long declaredFrames = stream.nb_frames();
        boolean fewFrames = declaredFrames <= 0 || frames < 0.95 * declaredFrames - 2;
        if (fewFrames && missing > Math.max(0.5, 0.05 * declared) && missing > 3 * lastLength) {
            throw damaged("it should last " + Words.number(declared) + " s");
        }
    }

    private UserException unreadable(String why) {
        String hint = FileStructure.cutShort(file) ? "; the file is cut short" : "";
        return new UserException(file + " is not a video that can be read: " + why + hint + ".");
    }

    private UserException damaged(String why) {
        long declared = stream.nb_frames() > 0 ? stream.nb_frames() : Math.round(declaredSeconds() * framesPerSecond);
        boolean known = declared > frames && wholeFrames < 0; // FFmpeg counts what is there of a GIF
        String count = known ? frames + " of " + declared + " frames" : Words.count(frames, "frame") + " read";
        String what = FileStructure.cutShort(file) || flushing ? " is cut short: " : " is damaged: ";
        return new UserException(file + what + count + " (" + why + ").");
    }

    @Override
    public void close() {
        natives.close();
    }
}
