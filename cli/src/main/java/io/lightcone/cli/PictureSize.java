// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size of a picture in pixels, as {@code --size} takes it. */
record PictureSize(int width, int height) {
    private static final int LARGEST = 1 << 16;
    private static final Pattern TYPED = Pattern.compile("(\\d{1,9})x(\\d{1,9})");

    /** Parses a size such as {@code 128x96}. */
    static PictureSize of(String text) {
        Matcher matcher = TYPED.matcher(text.strip());
        if (!matcher.matches()) {
            throw new UserException(
                    "--size must be the width and height in pixels, such as 128x96, not '" + text + "'");
        }
        return new PictureSize(side(matcher.group(1)), side(matcher.group(2)));
    }

    private static int side(String digits) {
        int value = Integer.parseInt(digits);
        if (value < 1 || value > LARGEST) {
            throw new UserException("--size must lie between 1 and " + LARGEST + " pixels a side, not " + value);
        }
        return value;
    }
}
