// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.report.EnumNames;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What is to be checked of options beyond what their type says. */
final class Arguments {
    private Arguments() {}

    /** A name of a file or folder that is more than a path, such as - or one with a slash at its end. */
    static final class Name implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            path(text);
            return text;
        }
    }

    /** A name of a file or folder, as all options take them. */
    static Path path(String text) {
        if (text.isBlank()) {
            throw new TypeConversionException("it is empty; name a file or folder");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException(Failures.notAPath(e));
        }
    }

    /** The choice that {@code text} names, by its name in lower case with hyphens. */
    static <E extends Enum<E>> E choice(String option, String text, Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> EnumNames.of(value).equals(text.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new UserException(option + " must be " + names(type) + ", not '" + text + "'"));
    }

    /** Such as "any or first". */
    private static <E extends Enum<E>> String names(Class<E> type) {
        String all = Arrays.stream(type.getEnumConstants()).map(EnumNames::of).collect(Collectors.joining(", "));
        int last = all.lastIndexOf(", ");
        return all.substring(0, last) + " or" + all.substring(last + 1);
    }

    /** That a budget of minutes is one. */
    static void requireMinutes(double minutes) {
        if (!Double.isFinite(minutes) || minutes <= 0) {
            throw new UserException("--minutes must be a number above 0, not " + minutes);
        }
    }

    static void requireWithin(String option, long value, long least, long most) {
        require(
                value >= least && value <= most,
                option + " must lie between " + least + " and " + most + ", not " + value);
    }

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new UserException(message);
        }
    }

    /**
     * Returns what {@code made} gives; where it refuses one of the {@code options}, which begins its message, that is
     * named as it is typed.
     */
    static <T> T typed(Supplier<T> made, String... options) {
        try {
            return made.get();
        } catch (UserException e) {
            String message = String.valueOf(e.getMessage());
            if (Arrays.stream(options).anyMatch(option -> message.startsWith(option + " must "))) {
                throw new UserException("--" + message, e);
            }
            throw e;
        }
    }

    /** What {@code made} gives; what the constructors of records refuse is something the user can put right. */
    static <T> T checked(Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()), e);
        }
    }
}
