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

/** Parses and checks the values of options beyond what their type says. */
final class Arguments {
    private Arguments() {}

    /**
     * Converts the name of a file or folder that must stay text, because it means more than its path, such as - or a
     * name with a slash at its end.
     */
    static final class PathText implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            path(text);
            return text;
        }
    }

    /** Parses the name of a file or folder, as all options take it. */
    static Path path(String text) {
        if (text.isBlank()) {
            throw new TypeConversionException("it is empty; name a file or folder");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException(FailureReporter.notAPath(e));
        }
    }

    /** Returns the constant of {@code type} that {@code text} names, in any case, with hyphens or underscores. */
    static <E extends Enum<E>> E choice(String option, String text, Class<E> type) {
        String name = text.strip().toLowerCase(Locale.ROOT).replace('_', '-');
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> EnumNames.of(value).equals(name))
                .findFirst()
                .orElseThrow(() -> new UserException(option + " must be " + names(type) + ", not '" + text + "'"));
    }

    /** Returns the names of all choices as a phrase, such as "any or first". */
    private static <E extends Enum<E>> String names(Class<E> type) {
        String all = Arrays.stream(type.getEnumConstants()).map(EnumNames::of).collect(Collectors.joining(", "));
        int last = all.lastIndexOf(", ");
        return all.substring(0, last) + " or" + all.substring(last + 1);
    }

    /** Throws unless {@code minutes} is a budget of time: a finite number above 0. */
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
     * Returns the result of {@code action}; an error about one of {@code options}, whose name begins its message, is
     * reported with the name as the user types it, with hyphens.
     */
    static <T> T namingOptions(Supplier<T> action, String... options) {
        try {
            return action.get();
        } catch (UserException e) {
            String message = String.valueOf(e.getMessage());
            if (Arrays.stream(options).anyMatch(option -> message.startsWith(option + " must "))) {
                throw new UserException("--" + message, e);
            }
            throw e;
        }
    }

    /**
     * Returns the result of {@code action}; an illegal argument, which the constructors of records refuse, is reported
     * as an error of the user.
     */
    static <T> T reportingIllegal(Supplier<T> action) {
        try {
            return action.get();
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()), e);
        }
    }
}
