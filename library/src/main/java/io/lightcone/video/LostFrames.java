// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import io.lightcone.TextFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects which frames of a video could not be decoded, by their time stamps: packets come in the order in which they
 * are decoded, and frames that are shown before a lost one may still be on their way.
 */
final class LostFrames {
    private final Set<Long> lost = new HashSet<>();
    private final Set<Long> corrupt = new HashSet<>();
    private final Set<Long> unreadable = new HashSet<>();
    private boolean lostBefore;
    private int frames;
    private int unreported;
    private int places;
    private @Nullable String reason;

    /** Notes that a frame is lost. Without a time stamp it is taken to come before the next frame. */
    void add(long stamp, String why) {
        frames++;
        reason = Objects.requireNonNullElse(reason, why);
        if (stamp == AV_NOPTS_VALUE) {
            lostBefore = true;
        } else {
            lost.add(stamp);
        }
    }

    /** Sets how many frames are missing in all without a reported error. */
    void setUnreported(int count, String why) {
        unreported = count;
        reason = count > 0 ? Objects.requireNonNullElse(reason, why) : reason;
    }

    /** Notes that frames are missing before the next one. */
    void addGap() {
        lostBefore = true;
    }

    /** Notes that a packet is not whole, though it may be decoded. */
    void addCorrupt(long stamp) {
        corrupt.add(stamp);
    }

    /** Returns whether the packet of a frame was not whole; ask once for each. */
    boolean wasCorrupt(long stamp) {
        return corrupt.remove(stamp);
    }

    /** Notes that a part of the file before this frame could not be read, which may have held frames. */
    void addUnreadable(long stamp) {
        unreadable.add(stamp);
    }

    /**
     * Returns whether frames are missing right before one that is whole; ask once for each, in the order in which they
     * are shown.
     *
     * @param late whether the frame comes later than it should, so that there were frames in what could not be read
     */
    boolean gapBefore(long stamp, boolean late) {
        boolean gap = removeUpTo(stamp, lost) || lostBefore;
        lostBefore = false;
        if (removeUpTo(stamp, unreadable) && late) {
            places++;
            return true;
        }
        return gap;
    }

    private static boolean removeUpTo(long stamp, Set<Long> stamps) {
        return stamps.removeIf(one -> one <= stamp || stamp == AV_NOPTS_VALUE);
    }

    /** Returns how many frames are known to be lost. */
    int count() {
        return frames + unreported;
    }

    /** Returns why the first lost frame is; empty if none is. */
    String reason() {
        return reason == null ? "" : reason;
    }

    /** Returns sentences about the lost frames, beside {@code whole} whole ones. */
    List<String> remarks(long whole) {
        List<String> remarks = new ArrayList<>();
        int all = count();
        if (all > 0) {
            String count = all + " of " + TextFormat.count(whole + all, "frame");
            remarks.add(count + (all == 1 ? " is damaged" : " are damaged") + " (" + reason() + ")");
        }
        if (places > 0) {
            remarks.add("frames are missing in " + TextFormat.count(places, "place") + " that cannot be read");
        }
        return remarks;
    }
}
