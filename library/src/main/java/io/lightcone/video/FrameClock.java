// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import io.lightcone.TextFormat;
import java.util.Optional;

/**
 * Computes the time of each frame of a video from time stamps that may be wrong. Where they jump far ahead, or back,
 * the video is cut: the frame before is shown for its usual time, and the one after follows it, so no time passes that
 * no picture fills.
 */
final class FrameClock {
    /** The longest time that a picture may stand still, in seconds; what is longer is a wrong time stamp or a pause. */
    static final double LONGEST_SECONDS = 10;

    private static final double LOWEST_RATE = 0.01;
    private static final double HIGHEST_RATE = 1000;
    private static final double LONGEST_USUAL_SECONDS = 1;
    private static final double LEAST_STEP_BACK_SECONDS = 0.5;

    private final double unit;
    private final double nominal;

    private long firstStamp;
    private long anchorStamp;
    private double anchorSeconds;
    private long stamp;
    private double seconds;
    private double length;
    private double usual;
    private boolean begun;
    private double step;
    private double ordinary;
    private int jumps;
    private String firstJump = "";
    private long steps;
    private double stepSeconds;

    /**
     * Creates a clock that stands before the first frame.
     *
     * @param unit of time stamps, in seconds
     * @param nominal frames per second as the container has it, an average and not necessarily right; 0 if it does not
     *     say
     * @param usualRate the rate that most frames follow, as far as is known before they are read
     */
    FrameClock(double unit, double nominal, double usualRate) {
        this.unit = unit;
        this.nominal = nominal;
        usual = usualRate > 0 ? clamp(1 / usualRate, 1 / HIGHEST_RATE, LONGEST_USUAL_SECONDS) : LONGEST_USUAL_SECONDS;
        length = usual;
    }

    /**
     * Moves on to the next frame.
     *
     * @param time its time stamp, or FFmpeg's mark that there is none: then it follows the frame before
     * @param duration for how many units it is to be shown, 0 if unknown
     * @return whether it is cut from the frame before
     */
    boolean next(long time, long duration) {
        boolean cut = false;
        if (!begun) {
            begun = true;
            stamp = time == AV_NOPTS_VALUE ? 0 : time;
            firstStamp = stamp;
            anchorStamp = stamp;
        } else {
            cut = follow(time == AV_NOPTS_VALUE ? stamp + Math.round(length / unit) : time);
        }
        double declared = duration * unit;
        length = declared > 0 && declared <= LONGEST_SECONDS ? declared : usual;
        return cut;
    }

    private boolean follow(long time) {
        step = between(stamp, time);
        ordinary = Math.max(usual, length);
        boolean jump = step > LONGEST_SECONDS || step < -Math.max(LEAST_STEP_BACK_SECONDS, 3 * usual);
        if (jump) {
            if (jumps++ == 0) {
                firstJump = TextFormat.number(between(firstStamp, stamp)) + " s to "
                        + TextFormat.number(between(firstStamp, time));
            }
            anchorStamp = time;
            anchorSeconds = seconds + length;
            seconds = anchorSeconds;
        } else {
            double before = seconds;
            seconds = Math.max(before, anchorSeconds + between(anchorStamp, time));
            if (seconds > before) {
                usual = Math.min(seconds - before, LONGEST_USUAL_SECONDS);
            }
            steps++;
            stepSeconds += seconds - before;
        }
        stamp = time;
        return jump;
    }

    /** Returns the seconds from one time stamp to another, whatever their size. */
    private double between(long from, long to) {
        long difference = to - from;
        boolean overflow = ((to ^ from) & (to ^ difference)) < 0;
        return (overflow ? (double) to - (double) from : difference) * unit;
    }

    /** Returns whether the frame comes later than the one before it would lead one to expect. */
    boolean late() {
        return step > 1.5 * ordinary;
    }

    /** Returns when the frame begins, in seconds after the first one, without the time that was cut. */
    double seconds() {
        return seconds;
    }

    /** Returns how long the frame is to be shown if none follows it, in seconds. */
    double length() {
        return length;
    }

    /** Returns when the frame ends by the container's own time, in seconds; the first frame need not begin at 0. */
    double endStampSeconds() {
        return stamp * unit + length;
    }

    /** Returns the frame rate, an average if it varies: the container's where it is possible, else the measured one. */
    double framesPerSecond() {
        boolean right = jumps == 0 && nominal >= LOWEST_RATE && nominal <= HIGHEST_RATE;
        double measured = stepSeconds > 0 ? steps / stepSeconds : 1 / usual;
        return right ? nominal : clamp(measured, LOWEST_RATE, HIGHEST_RATE);
    }

    private static double clamp(double value, double least, double most) {
        return Math.min(most, Math.max(least, value));
    }

    /** Returns what is wrong with the time stamps, if anything. */
    Optional<String> remark() {
        if (jumps == 0) {
            return Optional.empty();
        }
        String more = jumps == 1 ? "" : ", and " + TextFormat.count(jumps - 1L, "time") + " more";
        return Optional.of("its time stamps jump from " + firstJump + " s" + more);
    }
}
