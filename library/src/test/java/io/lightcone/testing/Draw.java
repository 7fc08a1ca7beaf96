// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Draws the values of one case, and remembers those that have a name, to print them when the case fails. */
public final class Draw {
    /** The part of each range that the values of a case are drawn from. */
    enum Kind {
        LEAST,
        GREATEST,
        /** Each value lies at or next to either end of its range. */
        EDGE,
        /** Values lie anywhere, one in ten at or next to either end. */
        ANY
    }

    private final SplittableRandom random;
    private final Kind kind;
    private final StringJoiner shown = new StringJoiner(", ");

    Draw(SplittableRandom random, Kind kind) {
        this.random = random;
        this.kind = kind;
    }

    /** Adds a value with its name to the message of a failure. */
    public <T extends @Nullable Object> T show(String name, T value) {
        shown.add(name + " = " + value);
        return value;
    }

    public int between(String name, int least, int greatest) {
        return show(name, between(least, greatest));
    }

    public int between(int least, int greatest) {
        return least + (int) place(greatest - (long) least + 1);
    }

    /** Draws which of {@code count} values is taken. */
    private long place(long count) {
        return switch (now()) {
            case LEAST -> 0;
            case GREATEST -> count - 1;
            case EDGE -> {
                long fromAnEnd = Math.min(random.nextInt(2), count - 1);
                yield random.nextBoolean() ? fromAnEnd : count - 1 - fromAnEnd;
            }
            case ANY -> random.nextLong(count);
        };
    }

    private Kind now() {
        return kind == Kind.ANY && random.nextInt(10) == 0 ? Kind.EDGE : kind;
    }

    public double between(String name, double least, double greatest) {
        double share = switch (now()) {
            case LEAST -> 0;
            case GREATEST -> 1;
            case EDGE -> random.nextInt(2);
            case ANY -> random.nextDouble();
        };
        return show(name, least + share * (greatest - least));
    }

    /** Draws any number of 64 bits; small and large ones are equally likely. */
    public long anyLong() {
        return switch (now()) {
            case LEAST -> Long.MIN_VALUE;
            case GREATEST -> Long.MAX_VALUE;
            case EDGE -> of(List.of(Long.MIN_VALUE, -1L, 0L, 1L, Long.MAX_VALUE));
            case ANY -> random.nextLong() >> random.nextInt(64);
        };
    }

    /** Draws any number of 32 bits; small and large ones are equally likely. */
    public int anyInt() {
        return switch (now()) {
            case LEAST -> Integer.MIN_VALUE;
            case GREATEST -> Integer.MAX_VALUE;
            case EDGE -> of(List.of(Integer.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE));
            case ANY -> random.nextInt() >> random.nextInt(32);
        };
    }

    public boolean flag(String name) {
        return show(name, flag());
    }

    public boolean flag() {
        return place(2) == 1;
    }

    public <E extends Enum<E>> E of(String name, Class<E> type) {
        return show(name, of(type));
    }

    public <E extends Enum<E>> E of(Class<E> type) {
        return of(List.of(type.getEnumConstants()));
    }

    public <T> T of(List<T> values) {
        return values.get((int) place(values.size()));
    }

    /** Draws a value, or null in about a third of the cases. */
    public <T> @Nullable T maybe(Supplier<T> value) {
        return place(10) < 3 ? null : value.get();
    }

    /** Draws a list; short ones are likelier than long ones. */
    public <T> List<T> list(int least, int greatest, Supplier<T> each) {
        int size = between(least, flag() ? greatest : Math.min(greatest, least + 10));
        List<T> values = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            values.add(each.get());
        }
        return values;
    }

    /** Draws a text of up to {@code greatest} Unicode characters of any kind but half a surrogate pair. */
    public String text(int greatest) {
        return list(0, greatest, this::character).stream()
                .map(Character::toString)
                .collect(Collectors.joining());
    }

    private int character() {
        return switch (between(0, 3)) {
            case 0 -> between(0, 0x7f);
            case 1 -> between(0x80, Character.MIN_SURROGATE - 1);
            case 2 -> between(Character.MAX_SURROGATE + 1, 0xffff);
            default -> between(0x1_0000, Character.MAX_CODE_POINT);
        };
    }

    /** Draws a text of up to {@code greatest} of these characters. */
    public String text(int greatest, String characters) {
        return list(0, greatest, () -> characters.charAt(between(0, characters.length() - 1))).stream()
                .map(String::valueOf)
                .collect(Collectors.joining());
    }

    /** Returns the values that have names. */
    @Override
    public String toString() {
        return shown.toString();
    }
}
