// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tracks which packets of a video give no picture though no error is reported, as those of H.264 that need a key frame
 * that is missing. Each packet has a number, which its picture brings back. A packet is passed over when a picture
 * comes that is to be shown after its own. Where pictures do not come in the order of their time stamps, these decide
 * nothing, and a packet is passed over when no decoder could hold its picture back any longer.
 *
 * <p>A video may begin with a key frame that has pictures behind it which are shown before it and need the pictures
 * before those: none of them is expected. And two packets may be two halves of one interlaced picture.
 */
final class PacketTracker {
    /**
     * The most packets for which a decoder may hold a picture back; none holds more than 16 pictures, of two fields
     * each.
     */
    private static final int FARTHEST = 64;

    /**
     * A packet that was sent to the decoder.
     *
     * @param run rises where time stamps begin anew
     * @param stamp when its picture is shown, or FFmpeg's mark that nobody knows
     */
    private record Packet(int number, int run, long stamp) {
        boolean dated() {
            return stamp != AV_NOPTS_VALUE;
        }
    }

    private final Map<Integer, Packet> waiting = new TreeMap<>();
    private final Map<Integer, Packet> missing = new TreeMap<>();
    private final Set<Integer> halves = new HashSet<>();
    private boolean enabled;
    private boolean orderly = true;
    private int run;
    private long lastDecoded = AV_NOPTS_VALUE;
    private @Nullable Packet first;
    private boolean sound;
    private boolean atTheBeginning;
    private int leading;

    /**
     * Creates a tracker of no packets yet.
     *
     * @param enabled whether packets are tracked at all; not for decoders that may rightly give fewer pictures
     */
    PacketTracker(boolean enabled) {
        this.enabled = enabled;
    }

    /** Notes that a packet is about to be decoded; numbers rise from 1 on. */
    void sent(int number, long stamp, long decoded) {
        if (decoded != AV_NOPTS_VALUE) {
            run += lastDecoded != AV_NOPTS_VALUE && decoded < lastDecoded ? 1 : 0;
            lastDecoded = decoded;
        }
        if (enabled) {
            waiting.put(number, new Packet(number, run, stamp));
        }
    }

    /** Notes that the decoder reported an error for a packet, so that its picture is not expected any more. */
    void failed(int number) {
        waiting.remove(number);
    }

    /**
     * Notes that a picture was decoded.
     *
     * @param number of its packet; 0 if the decoder does not give it, and then nothing can be tracked
     * @param key whether it needs no other
     * @param twoFields whether the next packet may hold its other half
     * @return whether packets after the first picture were passed over
     */
    boolean received(int number, boolean key, boolean twoFields) {
        if (number == 0) {
            enabled = false;
            waiting.clear();
            missing.clear();
        }
        if (missing.remove(number) != null) {
            orderly = false;
        }
        if (twoFields) {
            halves.add(number + 1);
        }
        halves.remove(number);
        Packet now = waiting.remove(number);
        if (now == null) {
            return false;
        }
        boolean begins = first == null;
        if (begins) {
            first = now;
            // Where pictures are missing before it, so are those behind it that need them.
            sound = key && waiting.keySet().stream().noneMatch(one -> one < number);
            leading = number;
        }
        return passOver(now) && !begins;
    }

    private boolean passOver(Packet now) {
        boolean passed = false;
        for (Iterator<Packet> all = waiting.values().iterator(); all.hasNext(); ) {
            Packet one = all.next();
            if (isOver(one, now)) {
                all.remove();
                boolean same = one.dated() && one.stamp == now.stamp;
                passed |= !same && miss(one);
            }
        }
        return passed;
    }

    private boolean isOver(Packet one, Packet now) {
        if (now.number - one.number > FARTHEST) {
            return true;
        }
        if (!orderly || one.run != now.run) {
            return orderly && one.run < now.run;
        }
        return one.dated() && now.dated() && one.stamp <= now.stamp;
    }

    /** Counts a packet as missing where it is; returns whether that leaves a gap between pictures. */
    private boolean miss(Packet one) {
        boolean early = isEarly(one);
        if (halves.remove(one.number) || (early && sound)) {
            return false;
        }
        missing.put(one.number, one);
        atTheBeginning |= early;
        return !early;
    }

    /**
     * Returns whether a picture belongs before the first; without time stamps, those right behind it are taken for
     * such.
     */
    private boolean isEarly(Packet one) {
        if (first == null || one.number < first.number) {
            return true;
        }
        if (one.dated() && first.dated()) {
            return one.run == first.run && one.stamp < first.stamp;
        }
        boolean next = one.number == leading + 1;
        leading += next ? 1 : 0;
        return next;
    }

    /** Notes that no picture will come any more. */
    void end() {
        waiting.values().forEach(this::miss);
        waiting.clear();
    }

    /** Returns how many packets were passed over so far. */
    int missing() {
        return missing.size();
    }

    /**
     * Returns whether some of the missing pictures belong before the first, so that the video does not begin with a key
     * frame.
     */
    boolean atTheBeginning() {
        return atTheBeginning;
    }
}
