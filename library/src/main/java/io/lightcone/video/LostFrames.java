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
 * Which frames of a video could not be decoded, by their time stamps: packets come in the order in which they are
 * decoded, and frames that are shown before a lost one may still be on their way.
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

    /** A frame is lost. Without a time stamp it is taken to come before whatever comes next. */
    void add(long stamp, String why) {
        frames++;
        reason = Objects.requireNonNullElse(reason, why);
        if (stamp == AV_NOPTS_VALUE) {
            lostBefore = true;
        } else {
            lost.add(stamp);
        }
    }

    /** So many frames in all are missing that no error told of. */
    void setUnreported(int count, String why) {
        unreported = count;
        reason = count > 0 ? Objects.requireNonNullElse(reason, why) : reason;
    }

    /** Frames are missing before whatever comes next. */
    void addGap() {
        lostBefore = true;
    }

    /** A packet is not whole, though it may be decoded. */
    void addCorrupt(long stamp) {
        corrupt.add(stamp);
    }

    /** Whether the packet of a frame was not whole; it is asked once for each. */
    boolean wasCorrupt(long stamp) {
        return corrupt.remove(stamp);
    }

    /** Something that could not be read may have held frames before this one. */
    void addUnreadable(long stamp) {
        unreadable.add(stamp);
    }

    /**
     * Whether frames are missing right before one that is whole; it is asked once for each, in the order in which
     * they are shown.
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

    /** How many frames are known to be lost. */
    int count() {
        return frames + unreported;
    }

    /** Why the first of them is; empty if none is. */
    String reason() {
        return reason == null ? "" : reason;
    }

    /** What there is to say, beside so many whole frames. */
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
