// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import io.lightcone.UserException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Headers that are built to take long, or much memory, may cost no more than a few times their length. */
class HostileHeaderTest {
    private static final Path FILE = Path.of("x.safetensors");
    /**
     * The largest size of a header, for those that keep something of each part; those that keep nothing are a fraction
     * of it.
     */
    private static final int MOST = 97_000_000;

    private static final int SOME = 20_000_000;

    /**
     * The bytes that may be allocated in Java for a byte of text, most of them freed at once: names and numbers become
     * objects for a moment. A tree of nodes takes from 8 (of numbers) to 22 (of lists), and up to a minute.
     */
    private static final int BYTES_A_BYTE = 7;

    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Stream<Arguments> headers() {
        return Stream.of(
                header(
                        "tensors",
                        "{",
                        i -> "\"" + i + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},",
                        "more than 100000 tensors"),
                header("metadata", "{\"__metadata__\":{", i -> "\"" + i + "\":\"\",", "more than 100000 metadata"),
                header("fields", "{\"a\":{", i -> "\"" + i + "\":1,", "header is not JSON"),
                header("numbers", "{\"a\":{\"x\":[", i -> "1,", "header is not JSON"),
                header("lists", "{\"a\":{\"x\":[", i -> "[],", "header is not JSON"),
                header("nested lists", "{\"a\":{\"x\":", i -> "[", "header is not JSON"),
                header("a shape", "{\"a\":{\"shape\":[", i -> "0,", "no valid shape"),
                header("offsets", "{\"a\":{\"data_offsets\":[", i -> "0,", "no valid data_offsets"),
                header("a name", "{\"", i -> "abcdefgh", "header is not JSON"),
                header("a text", "{\"a\":{\"dtype\":\"", i -> "\\u0000", "header is not JSON"),
                header("a number", "{\"a\":{\"shape\":[", i -> "1", "header is not JSON"),
                header("blanks", "{", i -> "        ", "header is not JSON"),
                header("objects", "{\"a\":{\"x\":[", i -> "{\"" + i % 7 + "\":{}},", "header is not JSON"),
                header("names of one hash", "{\"a\":{", HostileHeaderTest::ofOneHash, "header is not JSON"));
    }

    private static Arguments header(String what, String start, IntFunction<String> part, String fault) {
        return Arguments.of(what, start, part, fault);
    }

    /** Returns different strings of one hash code, by pairs of letters that have the same one. */
    private static String ofOneHash(int i) {
        StringBuilder name = new StringBuilder("\"");
        for (int bit = 0; bit < 24; bit++) {
            name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return name.append("\":1,").toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void aHeaderOfTheLargestSizeIsReadOnceInLittleMemory(
            String what, String start, IntFunction<String> part, String fault) {
        byte[] text = new byte[what.matches("tensors|metadata|fields|lists|names of one hash") ? MOST : SOME];
        byte[] first = start.getBytes(UTF_8);
        System.arraycopy(first, 0, text, 0, first.length);
        int at = first.length;
        for (int i = 0; at < text.length; i++) {
            byte[] next = part.apply(i).getBytes(UTF_8);
            int count = Math.min(next.length, text.length - at);
            System.arraycopy(next, 0, text, at, count);
            at += count;
        }
        long before = MEMORY.getCurrentThreadAllocatedBytes();
        Throwable refusal = catchThrowable(() -> SafetensorsHeader.decode(text, 0, FILE));
        long taken = MEMORY.getCurrentThreadAllocatedBytes() - before;
        assertThat(taken).as("bytes taken").isBetween(1L, (long) BYTES_A_BYTE * text.length);
        assertThat(refusal)
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("x.safetensors is not a safetensors file or is damaged: ")
                .hasMessageContaining(fault)
                .satisfies(
                        e -> assertThat(e.getMessage()).hasSizeLessThan(1_000).doesNotContain("\n"));
    }

    /** Any order of pieces of headers is read as a header, or is refused in one sentence. */
    @Test
    void anyOrderOfPiecesIsReadOrRefused() {
        String[] pieces = {
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"a\"",
            "\"b\"",
            "\"dtype\"",
            "\"shape\"",
            "\"data_offsets\"",
            "\"__metadata__\"",
            "\"U8\"",
            "\"F32\"",
            "0",
            "4",
            "-1",
            "1.5",
            "1e3",
            "9223372036854775808",
            "null",
            "true",
            "\"\\u0000\"",
            " ",
            "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}",
            "\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[4,8]}",
            "\"__metadata__\":{\"k\":\"v\"}"
        };
        SplittableRandom random = new SplittableRandom(11);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder("{");
            for (int piece = random.nextInt(8); piece >= 0; piece--) {
                text.append(pieces[
                        random.nextInt(2) == 0
                                ? pieces.length - 1 - random.nextInt(3)
                                : random.nextInt(pieces.length)]);
                text.append(random.nextInt(3) == 0 ? "" : ",");
            }
            if (random.nextInt(4) > 0) {
                text.setLength(Math.max(1, text.length() - 1));
                text.append('}');
            }
            try {
                SafetensorsHeader.decode(text.toString().getBytes(UTF_8), random.nextInt(3) * 4L, FILE);
                read++;
            } catch (UserException e) {
                assertThat(e.getMessage()).startsWith("x.safetensors is ").doesNotContain("\n");
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void moreTensorsThanCanBeReadAreNotWritten() {
        Tensor tensor = torch.ones(1);
        Map<String, Tensor> many = new HashMap<>();
        for (int i = 0; i <= SafetensorsHeaderReader.MOST_TENSORS; i++) {
            many.put(String.valueOf(i), tensor);
        }
        assertThatThrownBy(() -> Safetensors.write(FILE, many, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a safetensors file may hold 100000 tensors, not 100001");
        String half = String.join("", Collections.nCopies(6_000_000, "12345678"));
        Map<String, String> texts = Map.of("a", half, "b", half, "c", half);
        assertThatThrownBy(() -> Safetensors.write(FILE, Map.of(), texts))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("readers take at most 100 MB");
        assertThat(FILE).doesNotExist();
    }
}
