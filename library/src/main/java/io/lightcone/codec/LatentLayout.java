// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.UserException;

/**
 * The sizes of a codec's latents: how many channels they have, and how many pixels and pictures one stands for. The
 * first picture of a video stands alone in a latent frame of its own, and each latent frame after it stands for {@code
 * time} pictures, so n latent frames are {@code 1 + (n - 1) time} pictures and a picture never waits for more than its
 * own group. For pixels every latent is a pixel.
 *
 * @param channels channels of a latent frame
 * @param space pixels a side that one latent stands for
 * @param time pictures that a latent frame after the first stands for
 */
public record LatentLayout(int channels, int space, int time) {
    public LatentLayout {
        if (channels < 1 || space < 1 || time < 1) {
            throw new IllegalArgumentException("channels and factors of latents must be at least 1, not " + channels
                    + ", " + space + " and " + time);
        }
    }

    /** Returns how many latent frames the first {@code pictures} pictures of a video need. */
    public int frames(int pictures) {
        return pictures == 0 ? 0 : 1 + (int) ((pictures + time - 2L) / time);
    }

    /**
     * Returns how many pictures the first {@code frames} latent frames of a video are, which is also the number, from
     * 0, of the first picture of the latent frame after these.
     */
    public int pictures(int frames) {
        return frames == 0 ? 0 : Math.addExact(1, Math.multiplyExact(frames - 1, time));
    }

    /** Returns whether the first {@code pictures} pictures of a video fill their latent frames. */
    public boolean isWhole(int pictures) {
        return whole(pictures) == pictures;
    }

    /** Returns the pictures of as many latent frames as the first {@code pictures} pictures of a video need. */
    public int whole(int pictures) {
        return pictures(frames(pictures));
    }

    /**
     * Requires that pictures fill their latent frames.
     *
     * @param what name of what has that many pictures, such as a setting, for the message
     * @throws UserException if they do not; it says how many do
     */
    public void requireWhole(String what, int pictures) {
        if (!isWhole(pictures)) {
            int more = whole(pictures);
            throw new UserException(
                    what + " is " + pictures + " pictures, but the codec takes the first one alone and then " + time
                            + " at a time; make it " + (more - time) + " or " + more);
        }
    }

    /**
     * Returns the rows or columns of a latent frame, given those of a picture.
     *
     * @throws UserException if the codec does not divide them
     */
    public int side(int pixels) {
        if (pixels % space != 0) {
            throw new UserException("a side of " + pixels + " pixels cannot be divided by " + space
                    + ", as the codec does; choose a multiple of " + space);
        }
        return pixels / space;
    }
}
