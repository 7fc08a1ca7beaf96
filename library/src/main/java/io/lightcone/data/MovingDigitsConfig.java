// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import static io.lightcone.data.DataChecks.require;

import io.lightcone.RealPaths;
import io.lightcone.RecordCopy;
import io.lightcone.config.Kind;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Digits that move: the built-in data.
 *
 * @param height rows of a frame, in pixels, from 1 to 4096
 * @param width columns of a frame, in pixels, from 1 to 4096
 * @param channels 1 for grey, 3 for colour
 * @param heldOut share of MNIST's digits that is kept from training, to validate on; above 0 and below 1
 * @param digits {@code fonts}, for digits drawn from the machine's fonts, or a folder with MNIST's idx files
 * @param digitCount digits in a clip, from 1 to 10
 * @param digitSize height of a digit in pixels, at least 4
 * @param speed how far each digit moves, in pixels per frame
 * @param labels whether a clip has a class: its digit, or the pair of its digits if there are two
 * @param steering whether all digits move as an action of each frame says, instead of bouncing off the sides
 */
@Kind("moving-digits")
public record MovingDigitsConfig(
        int height,
        int width,
        int channels,
        double heldOut,
        String digits,
        int digitCount,
        double digitSize,
        double speed,
        boolean labels,
        boolean steering)
        implements DataConfig {
    /** Digits drawn from the machine's fonts. */
    static final String FONTS = "fonts";

    private static final String DIGITS = "data.digits";
    private static final int MOST_LABELLED_DIGITS = 2;

    public MovingDigitsConfig {
        DataChecks.requireFrames(height, width, channels, heldOut);
        require(digitCount >= 1 && digitCount <= 10, "digitCount must lie between 1 and 10, not " + digitCount);
        require(digitSize >= 4, "digitSize must be at least 4 pixels, not " + digitSize);
        require(speed >= 0, "speed must not be negative, but is " + speed);
        require(
                !labels || digitCount <= MOST_LABELLED_DIGITS,
                "labels name one digit or a pair of them, so digitCount must be 1 or 2, not " + digitCount);
    }

    /** Returns two digits of 28 pixels in grey frames of 64x64, which move by 3 pixels a frame: about Moving MNIST. */
    public static MovingDigitsConfig defaults() {
        return of(64, 2, 28, 3);
    }

    /** Returns digits in grey frames of {@code size x size} pixels, drawn from fonts. */
    public static MovingDigitsConfig of(int size, int digitCount, double digitSize, double speed) {
        return new MovingDigitsConfig(size, size, 1, 0.1, FONTS, digitCount, digitSize, speed, false, false);
    }

    /** Returns the same with other digits: {@link #FONTS} or a folder. */
    MovingDigitsConfig withDigits(String other) {
        return RecordCopy.of(this).with(MovingDigitsConfig::digits, other).build();
    }

    /** Moving digits have no rate of their own, so that of a video that they are to continue is as good as any. */
    @Override
    public double fps() {
        return 0;
    }

    private boolean areDrawn() {
        return digits.equals(FONTS);
    }

    @Override
    public Map<String, Path> places() {
        return areDrawn() ? Map.of() : Map.of(DIGITS, Path.of(digits));
    }

    @Override
    public MovingDigitsConfig absolute() {
        return areDrawn() ? this : withDigits(RealPaths.ofSetting(DIGITS, digits));
    }

    @Override
    public boolean equalsButForPlaces(DataConfig other) {
        return other instanceof MovingDigitsConfig moving
                && withDigits(moving.digits).equals(moving);
    }

    @Override
    public ClipDataset open(int frames, Path cache, Consumer<String> messages, Runnable check) {
        return MovingDigits.of(this, frames);
    }
}
