// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.RealPaths;
import io.lightcone.UserException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * What a run watches.
 *
 * @param source {@link #MOVING_DIGITS}, or a folder of videos, or one video
 * @param height rows of a frame, in pixels
 * @param width columns of a frame, in pixels
 * @param channels 1 for grey, 3 for colour
 * @param fps frames per second that videos are resampled to; 0 keeps every frame of each and its own rate
 * @param heldOut share of the data that is kept from training, to validate on
 * @param digits moving digits only: {@link #FONTS}, or a folder with MNIST idx files
 * @param digitCount moving digits only: digits in a clip
 * @param digitSize moving digits only: height of a digit in pixels
 * @param speed moving digits only: pixels per frame
 * @param labels whether clips say their class: of videos, the first folder on the way down to the video (one folder a
 *     class); of moving digits, the digit, or the pair of them if there are two
 * @param steering moving digits only: whether all digits move as an action of each frame says, instead of bouncing
 * @param strict videos only: whether to refuse the data if anything of a video is damaged, missing or doubtful, instead
 *     of using what is whole
 */
public record DataConfig(
        String source,
        int height,
        int width,
        int channels,
        double fps,
        double heldOut,
        String digits,
        int digitCount,
        double digitSize,
        double speed,
        boolean labels,
        boolean steering,
        boolean strict) {
    /** The built-in data: digits that bounce inside the frame. */
    public static final String MOVING_DIGITS = "moving-digits";

    /** Digits drawn from the machine's fonts. */
    public static final String FONTS = "fonts";

    private static final int LARGEST = 4096;
    private static final int MOST_LABELLED_DIGITS = 2;

    public DataConfig {
        require(
                height >= 1 && width >= 1 && height <= LARGEST && width <= LARGEST,
                "height and width must lie between 1 and " + LARGEST + ", not " + height + " and " + width);
        require(channels == 1 || channels == 3, "channels must be 1 (grey) or 3 (colour), not " + channels);
        require(fps >= 0 && fps <= 1000, "fps must lie between 0 (every frame) and 1000, not " + fps);
        require(heldOut > 0 && heldOut < 1, "heldOut must lie between 0 and 1, both excluded, not " + heldOut);
        require(digitCount >= 1 && digitCount <= 10, "digitCount must lie between 1 and 10, not " + digitCount);
        require(digitSize >= 4, "digitSize must be at least 4 pixels, not " + digitSize);
        require(speed >= 0, "speed must not be negative, but is " + speed);
        boolean digitsMove = source.equals(MOVING_DIGITS);
        require(
                !labels || !digitsMove || digitCount <= MOST_LABELLED_DIGITS,
                "labels name one digit or a pair of them, so digitCount must be 1 or 2, not " + digitCount);
        require(
                !steering || digitsMove,
                "steering is of moving digits only, so source must be " + MOVING_DIGITS + ", not '" + source + "'");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Digits in grey, from fonts. */
    public static DataConfig movingDigits(int size, int digitCount, double digitSize, double speed) {
        return new DataConfig(
                MOVING_DIGITS, size, size, 1, 0, 0.1, FONTS, digitCount, digitSize, speed, false, false, false);
    }

    /** Colour videos; which ones is to be said yet. */
    public static DataConfig videos(int size, double fps) {
        return new DataConfig("", size, size, 3, fps, 0.1, FONTS, 2, 28, 3, false, false, false);
    }

    /**
     * The same with whole paths, read from the present working directory, so that a run can go on from any other.
     * Links are followed as the system does, so what is above a link's place is never taken for what is above its
     * target.
     *
     * @throws UserException if one of them is no path on this system
     */
    public DataConfig absolute() {
        return withPlaces(
                source.equals(MOVING_DIGITS) ? source : absolute("data.source", source),
                digits.equals(FONTS) ? digits : absolute("data.digits", digits));
    }

    private static String absolute(String key, String place) {
        if (place.isBlank()) { // Not said yet, which is not the same as the working directory.
            return place;
        }
        try {
            return RealPaths.of(Path.of(place)).toString();
        } catch (InvalidPathException e) {
            throw new UserException(key + " is '" + place + "', which is no path on this system; correct it.", e);
        }
    }

    /** Whether nothing differs but where the data lies: only its fingerprint tells whether it is the same. */
    public boolean equalsButForPlaces(DataConfig other) {
        return withPlaces(other.source, other.digits).equals(other);
    }

    /** The same with other digits: {@link #FONTS} or a folder. */
    public DataConfig withDigits(String digits) {
        return withPlaces(source, digits);
    }

    /** The same with another number of digits. */
    public DataConfig withDigitCount(int count) {
        return new DataConfig(
                source, height, width, channels, fps, heldOut, digits, count, digitSize, speed, labels, steering,
                strict);
    }

    private DataConfig withPlaces(String newSource, String newDigits) {
        return new DataConfig(
                newSource,
                height,
                width,
                channels,
                fps,
                heldOut,
                newDigits,
                digitCount,
                digitSize,
                speed,
                labels,
                steering,
                strict);
    }

    /** The same with or without labels and steering. */
    public DataConfig conditioned(boolean labels, boolean steering) {
        return new DataConfig(
                source,
                height,
                width,
                channels,
                fps,
                heldOut,
                digits,
                digitCount,
                digitSize,
                speed,
                labels,
                steering,
                strict);
    }
}
