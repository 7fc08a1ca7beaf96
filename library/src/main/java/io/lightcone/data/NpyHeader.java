// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the header of an array in NumPy's format .npy, and its values from a stream: numbers are whole and
 * little-endian, values are in the order of C. Nothing is believed that was not checked, and no more than one value is
 * in memory.
 *
 * @param kind {@code u} or {@code i} for numbers, {@code U} for text in UTF-32, {@code S} for bytes of text
 * @param bytes of one value
 * @param shape its sizes, the outermost first
 */
record NpyHeader(char kind, int bytes, List<Long> shape) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LONGEST_HEADER = 1 << 16;
    private static final int MOST_DIMENSIONS = 32;
    private static final int LONGEST_TEXT = 4096;

    private static final Pattern ENTRY =
            Pattern.compile("\\s*'(\\w+)'\\s*:\\s*('[^']*'|True|False|\\([0-9,\\s]*\\))\\s*(,|(?=\\}))");
    private static final Pattern TYPE = Pattern.compile("([<>=|])([a-zA-Z])(\\d{1,6})");

    /** Reports that an array is not of the form that is read, in words that continue its name. */
    static final class Unsuitable extends Exception {
        private static final long serialVersionUID = 1L;

        Unsuitable(String what) {
            super(what);
        }

        String what() {
            return String.valueOf(getMessage());
        }
    }

    NpyHeader {
        shape = List.copyOf(shape);
    }

    /**
     * Reads the header; the values follow in the stream.
     *
     * @throws Unsuitable if it is no array, or one of values that are not read
     */
    static NpyHeader read(InputStream stream) throws IOException, Unsuitable {
        byte[] begin = stream.readNBytes(MAGIC.length + 2);
        if (begin.length < MAGIC.length + 2 || !ByteBuffer.wrap(begin, 0, 6).equals(ByteBuffer.wrap(MAGIC))) {
            throw new Unsuitable("is not an array in NumPy's format");
        }
        int version = begin[MAGIC.length];
        if (version < 1 || version > 3) {
            throw new Unsuitable("is of version " + version + " of NumPy's format, which nobody knows");
        }
        byte[] size = stream.readNBytes(version == 1 ? 2 : 4);
        if (size.length < (version == 1 ? 2 : 4)) {
            throw new EOFException();
        }
        ByteBuffer number = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN);
        long length = version == 1 ? Short.toUnsignedLong(number.getShort()) : Integer.toUnsignedLong(number.getInt());
        if (length > LONGEST_HEADER) {
            throw new Unsuitable("has a header of " + length + " bytes, which is too long");
        }
        byte[] text = stream.readNBytes((int) length);
        if (text.length < length) {
            throw new EOFException();
        }
        return parse(new String(text, StandardCharsets.UTF_8));
    }

    private static NpyHeader parse(String header) throws Unsuitable {
        String text = header.strip();
        String type = null;
        String order = null;
        String shape = null;
        Matcher entry = ENTRY.matcher(text);
        int at = text.startsWith("{") ? 1 : text.length();
        Set<String> keys = new TreeSet<>();
        while (entry.find(at) && entry.start() == at && keys.add(entry.group(1))) {
            at = entry.end();
            String value = entry.group(2);
            switch (entry.group(1)) {
                case "descr" -> type = value;
                case "fortran_order" -> order = value;
                case "shape" -> shape = value;
                default -> keys.add("another");
            }
        }
        boolean complete = keys.size() == 3 && text.substring(at).strip().equals("}");
        if (!complete || type == null || order == null || shape == null) {
            throw new Unsuitable(
                    text.contains("'descr': [")
                            ? "is an array of records, where one of single values is expected"
                            : "has a header that is not that of an array");
        }
        if (order.equals("True")) {
            throw new Unsuitable("is in Fortran's order; save it in that of C, with numpy.ascontiguousarray");
        }
        if (!order.equals("False") || !shape.startsWith("(")) {
            throw new Unsuitable("has a header that is not that of an array");
        }
        return of(type.replace("'", ""), sizes(shape));
    }

    private static List<Long> sizes(String shape) throws Unsuitable {
        List<Long> sizes = new ArrayList<>();
        long all = 1;
        for (String size : shape.substring(1, shape.length() - 1).split(",", -1)) {
            if (!size.isBlank()) {
                try {
                    sizes.add(Long.parseLong(size.strip()));
                    all = Math.multiplyExact(all, sizes.get(sizes.size() - 1));
                } catch (NumberFormatException | ArithmeticException e) {
                    throw new Unsuitable("has the impossible shape " + shape);
                }
            }
        }
        if (sizes.size() > MOST_DIMENSIONS) {
            throw new Unsuitable("has " + sizes.size() + " dimensions");
        }
        return sizes;
    }

    private static NpyHeader of(String type, List<Long> shape) throws Unsuitable {
        Matcher parts = TYPE.matcher(type);
        if (!parts.matches()) {
            throw new Unsuitable("has values of the type '" + type + "', which is not read");
        }
        char kind = parts.group(2).charAt(0);
        int size = Integer.parseInt(parts.group(3));
        boolean number = (kind == 'i' || kind == 'u') && (size == 1 || size == 2 || size == 4 || size == 8);
        boolean text = (kind == 'U' || kind == 'S') && size <= LONGEST_TEXT;
        if (!number && !text) {
            throw new Unsuitable("has values of the type '" + type + "', where whole numbers or text are expected"
                    + (kind == 'O' ? "; save text as numpy.str_" : ""));
        }
        int bytes = kind == 'U' ? 4 * size : size;
        if (parts.group(1).equals(">") && bytes > 1 && kind != 'S') {
            throw new Unsuitable("is big-endian; save it with the type '<" + kind + size + "'");
        }
        return new NpyHeader(kind, bytes, shape);
    }

    /** Returns whether its values are whole numbers. */
    boolean ofNumbers() {
        return kind == 'u' || kind == 'i';
    }

    /** Returns the shape as NumPy writes it. */
    String describe() {
        return shape.toString().replace('[', '(').replace(']', ')');
    }

    /** Returns the next value of an array of whole numbers; those of 64 bits without sign must fit those with one. */
    long number(InputStream values) throws IOException {
        long value = 0;
        byte[] raw = raw(values);
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | (raw[i] & 255);
        }
        int unused = Long.SIZE - 8 * bytes;
        return kind == 'i' ? value << unused >> unused : value;
    }

    /** Returns the next value of an array of text, without the zeros at its end. */
    String text(InputStream values) throws IOException, Unsuitable {
        byte[] raw = raw(values);
        int end = raw.length;
        int unit = kind == 'U' ? 4 : 1;
        while (end > 0 && isZero(raw, end - unit, unit)) {
            end -= unit;
        }
        if (unit == 1) {
            return new String(raw, 0, end, StandardCharsets.UTF_8);
        }
        StringBuilder text = new StringBuilder();
        ByteBuffer letters = ByteBuffer.wrap(raw, 0, end).order(ByteOrder.LITTLE_ENDIAN);
        while (letters.hasRemaining()) {
            int letter = letters.getInt();
            if (!Character.isValidCodePoint(letter)) {
                throw new Unsuitable("has text that is damaged");
            }
            text.appendCodePoint(letter);
        }
        return text.toString();
    }

    private static boolean isZero(byte[] raw, int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (raw[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private byte[] raw(InputStream values) throws IOException {
        byte[] raw = values.readNBytes(bytes);
        if (raw.length < bytes) {
            throw new EOFException();
        }
        return raw;
    }
}
