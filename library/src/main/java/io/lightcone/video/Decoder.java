// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_COPY_OPAQUE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MPEG1VIDEO;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MPEG2VIDEO;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_DISCARD;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_I;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import io.lightcone.FileTrouble;
import io.lightcone.TextFormat;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the frames of a video file in their order, each with its time. Damaged frames are left out; {@link #remarks}
 * lists them and all else that is doubtful. Close it to free its native memory.
 */
final class Decoder implements AutoCloseable {
    /** The flag {@code AV_FRAME_FLAG_CORRUPT} of libavutil's frame.h, a macro that the presets leave out. */
    private static final int FRAME_CORRUPT = 1;

    /** The flag {@code AV_FRAME_FLAG_INTERLACED} of libavutil's frame.h. */
    private static final int FRAME_INTERLACED = 8;

    /** The codecs of which every packet is a picture, or half of one; others have packets that are never shown. */
    private static final Set<Integer> A_PICTURE_EACH =
            Set.of(AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO);

    /**
     * The flag {@code FF_THREAD_SLICE} of libavcodec's avcodec.h: with threads for whole frames, errors come frames
     * later.
     */
    private static final int THREADS_IN_A_FRAME = 2;

    private static final int MOST_ERRORS_AT_THE_END = 1000;

    private final Path file;
    private final FfmpegObjects objects = new FfmpegObjects();
    private final Demuxer demuxer;
    private final AVCodecContext codec;
    private final AVPacket packet;
    private final FrameClock clock;
    private final double timeUnit;

    private final LostFrames lostFrames = new LostFrames();
    private final PacketTracker tracker;

    private boolean flushing;
    private boolean ended;
    private boolean startsSegment;
    private boolean anyLost;
    private int frames;
    private int sent;
    private int packets;
    private @Nullable String ending;

    Decoder(Path file) {
        this.file = file;
        checkIsFile();
        try (PointerScope scope = new PointerScope()) {
            demuxer = own(new Demuxer(file));
            tracker = new PacketTracker(
                    A_PICTURE_EACH.contains(demuxer.parameters().codec_id()));
            codec = openCodec();
            packet = objects.own(av_packet_alloc(), p -> av_packet_free(p));
            timeUnit = Ffmpeg.value(demuxer.timeBase());
            clock = new FrameClock(timeUnit, demuxer.averageRate(), demuxer.usualRate());
        } catch (Demuxer.Refusal e) {
            objects.close();
            throw unreadable(String.valueOf(e.getMessage()));
        } catch (Ffmpeg.Failure e) {
            objects.close();
            throw unreadable(e.reason());
        } catch (RuntimeException | Error e) {
            objects.close();
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

    private Demuxer own(Demuxer opened) {
        objects.onClose(opened::close);
        return opened;
    }

    private AVCodecContext openCodec() throws Demuxer.Refusal, Ffmpeg.Failure {
        AVCodec decoder = avcodec_find_decoder(demuxer.parameters().codec_id());
        if (decoder == null) {
            throw new Demuxer.Refusal("there is no decoder for its pictures here");
        }
        AVCodecContext context = objects.own(avcodec_alloc_context3(decoder), c -> avcodec_free_context(c));
        Ffmpeg.check(avcodec_parameters_to_context(context, demuxer.parameters()));
        context.pkt_timebase(demuxer.timeBase());
        context.thread_count(Math.min(4, Runtime.getRuntime().availableProcessors()));
        context.thread_type(THREADS_IN_A_FRAME);
        context.flags(context.flags() | AV_CODEC_FLAG_COPY_OPAQUE);
        Ffmpeg.check(avcodec_open2(context, decoder, (AVDictionary) null));
        return context;
    }

    /**
     * Decodes the next frame into an empty one of the caller's, to be unreferenced later; returns false after the last.
     *
     * @throws UserException at the end, if less than half of the video could be decoded
     */
    boolean next(AVFrame into) {
        int errors = 0;
        while (!ended) {
            int result = avcodec_receive_frame(codec, into);
            if (result == AVERROR_EAGAIN()) {
                feed();
            } else if (result == AVERROR_EOF() || errors > MOST_ERRORS_AT_THE_END) {
                ended = true;
                conclude();
            } else if (result < 0) {
                errors++;
                lostFrames.add(AV_NOPTS_VALUE, Ffmpeg.reason(result));
                tracker.failed(sent);
            } else if (arrived(into)) {
                return true;
            }
        }
        return false;
    }

    /** Notes that a frame was decoded; returns false for a damaged one, which is emptied and counts as lost. */
    private boolean arrived(AVFrame frame) {
        boolean twoFields = codec.codec_id() == AV_CODEC_ID_H264 && (frame.flags() & FRAME_INTERLACED) != 0;
        if (tracker.received(PacketNumber.of(frame), frame.pict_type() == AV_PICTURE_TYPE_I, twoFields)) {
            lostFrames.addGap();
        }
        if (damaged(frame)) {
            lostFrames.add(AV_NOPTS_VALUE, "its picture is incomplete"); // frames come in the order they are shown
            av_frame_unref(frame);
            return false;
        }
        take(frame);
        return true;
    }

    private boolean damaged(AVFrame frame) {
        return frame.decode_error_flags() != 0
                || (frame.flags() & FRAME_CORRUPT) != 0
                || lostFrames.wasCorrupt(frame.best_effort_timestamp());
    }

    private void feed() {
        if (!demuxer.read(packet)) {
            if (!flushing) {
                flushing = true;
                avcodec_send_packet(codec, null);
            }
            return;
        }
        try {
            if ((packet.flags() & AV_PKT_FLAG_DISCARD) == 0) {
                packets++;
                tracker.sent(sent + 1, packet.pts(), packet.dts());
            }
            if (demuxer.skipped()) {
                lostFrames.addUnreadable(packet.pts());
            }
            if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
                lostFrames.addCorrupt(packet.pts());
            }
            PacketNumber.put(packet, ++sent);
            int result = avcodec_send_packet(codec, packet);
            if (result < 0) {
                lostFrames.add(packet.pts(), Ffmpeg.reason(result));
                tracker.failed(sent);
            }
        } finally {
            av_packet_unref(packet);
        }
    }

    private void take(AVFrame frame) {
        long stamp = frame.best_effort_timestamp();
        boolean cut = clock.next(stamp, frame.duration());
        boolean gap = lostFrames.gapBefore(stamp, clock.late());
        startsSegment = frames > 0 && (gap || cut);
        anyLost |= gap || lostFrames.count() > 0 || tracker.missing() > 0;
        frames++;
    }

    /**
     * Returns whether frames or time are missing between the last frame and the one before it, so that a new segment
     * begins.
     */
    boolean startsSegment() {
        return startsSegment;
    }

    /**
     * Returns whether a frame before the last one is lost, or may be: then nobody knows the number of the last one in
     * the file.
     */
    boolean anyLost() {
        return anyLost;
    }

    /** Returns whether no frame of what has been read is lost, nor the end of the file. */
    boolean isWhole() {
        countSilent();
        return !anyLost && lostFrames.count() == 0 && ending == null;
    }

    /** Returns when the last frame begins, in seconds after the first frame, without times that were cut. */
    double seconds() {
        return clock.seconds();
    }

    /** Returns how long the last frame is to be shown if no other follows, in seconds. */
    double length() {
        return clock.length();
    }

    /** Returns the video's own frame rate, an average if it varies. */
    double framesPerSecond() {
        return clock.framesPerSecond();
    }

    /** Returns whether a frame that is shown for longer stands for several; see {@link Demuxer#hasConstantRate}. */
    boolean hasConstantRate() {
        return demuxer.hasConstantRate();
    }

    /**
     * Returns by how many seconds a time stamp may lie after the true time because the container rounded it and the
     * first one: 0 where a frame lasts a whole number of time units.
     */
    double rounding() {
        double units = 1 / (demuxer.averageRate() * timeUnit);
        boolean whole = units > 0.99 && Math.abs(units - Math.rint(units)) < 0.01;
        return whole ? 0 : 1.01 * timeUnit;
    }

    /** Returns what is doubtful of what has been read so far, in sentences that do not name the file. */
    List<String> remarks() {
        countSilent();
        List<String> remarks = lostFrames.remarks(frames);
        clock.remark().ifPresent(remarks::add);
        if (ending != null) {
            remarks.add(ending);
        }
        return remarks;
    }

    private void countSilent() {
        lostFrames.setUnreported(
                tracker.missing(),
                tracker.atTheBeginning() ? "no key frame comes before" : "the decoder gives no picture");
    }

    private void conclude() {
        tracker.end();
        countSilent();
        if (frames == 0) {
            boolean none = lostFrames.count() == 0;
            throw unreadable(
                    none ? "it has no frames" : "none of its frames can be decoded (" + lostFrames.reason() + ")");
        }
        boolean cut = FileStructure.isTruncated(file);
        double declared = demuxer.declaredSeconds();
        double end = clock.seconds() + clock.length();
        double missing = declared - Math.max(end, clock.endStampSeconds()); // some declare when they end
        long spanned = demuxer.hasConstantRate() ? Math.round(end * framesPerSecond()) : 0;
        long good = Math.max(frames, spanned);
        long seen = Math.max((long) frames + lostFrames.count(), spanned);
        long expected = demuxer.declaredFrames();
        boolean fewer = expected == 0 || seen < 0.95 * expected - 2;
        boolean shorter = missing > Math.max(0.5, 0.05 * declared) && missing > 3 * clock.length();
        if (expected == 0) {
            expected = Math.max(seen, missing > 0 ? Math.round((end + missing) * framesPerSecond()) : 0);
        }
        String count =
                expected > good ? frames + " of " + expected + " frames" : TextFormat.count(frames, "frame") + " read";
        if (cut && (demuxer.declaredFrames() == 0 || good < expected)) {
            ending = "it is cut short: " + count;
        } else if (!demuxer.trouble().isEmpty()) {
            ending = "it cannot be read to its end: " + count + " (" + demuxer.trouble() + ")";
        } else if (fewer && shorter) {
            ending = "it ends early: " + count;
        }
        requireHalf(cut ? Math.max(expected, seen) : (long) frames + lostFrames.count(), cut);
    }

    /**
     * Throws if less than half of the frames could be decoded: the rest is no fair sample, and probably damaged too.
     */
    private void requireHalf(long all, boolean cut) {
        long known = 2L * frames < packets - 2 ? Math.max(all, packets) : all; // a frame may be two packets
        if (2L * frames < known) {
            String what = cut ? " is cut short: " : " is damaged: ";
            throw new UserException(file + what + frames + " of " + known + " frames can be decoded.");
        }
    }

    private UserException unreadable(String why) {
        String hint = FileStructure.isTruncated(file) ? "; the file is cut short" : "";
        return new UserException(file + " is not a video that can be read: " + why + hint + ".");
    }

    @Override
    public void close() {
        objects.close();
    }
}
