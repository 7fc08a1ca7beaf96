// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.lightcone.config.ConfigReader;
import io.lightcone.config.Suggestions;
import io.lightcone.testing.Cases;
import io.lightcone.testing.Draw;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests that any record that is written as YAML is read back equal. */
class ConfigRoundTripTest {
    private static final List<String> WORDS = List.of(
            "", "null", "~", "yes", "No", "true", "1", "1e5", ".inf", "0x1F", "...", "---", "a: b", "\uD83D\uDE00");
    private static final List<Double> DOUBLES = List.of(
            1e-4,
            0.1,
            -0.0,
            0.0,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            Double.POSITIVE_INFINITY,
            Double.NaN,
            1e7,
            1e-3,
            1e22);
    private static final List<Float> FLOATS = List.of(Float.MAX_VALUE, Float.MIN_VALUE, 0.1f);

    enum Answer {
        YES,
        NO,
        NULL,
        TRUE,
        V_PREDICTION
    }

    record Empty() {}

    record Leaf(String text, @Nullable String note, Answer answer) {}

    record Numbers(
            int i,
            long l,
            double d,
            float f,
            boolean b,
            @Nullable Integer boxed) {}

    record Tree(
            Numbers numbers,
            Leaf leaf,
            @Nullable Leaf maybe,
            List<Leaf> leaves,
            List<List<Numbers>> table,
            List<List<Double>> rows,
            List<String> words,
            Empty empty) {}

    private static String text(Draw draw) {
        return switch (draw.between(0, 2)) {
            case 0 -> draw.text(20);
            case 1 -> draw.text(8, " \t\n\r:#-[]{},&*!|>'\"%@`~?=.\\\u0085\u2028\ufeff0123456789eExon");
            default -> draw.of(WORDS);
        };
    }

    private static double anyDouble(Draw draw) {
        return switch (draw.between(0, 2)) {
            case 0 -> orNan(Double.longBitsToDouble(draw.anyLong()));
            case 1 -> draw.anyInt() / 1000.0;
            default -> draw.of(DOUBLES);
        };
    }

    /**
     * Returns {@code value}, or the usual NaN for any NaN: there is more than one NaN of bits, and only one in a text.
     */
    private static double orNan(double value) {
        return Double.isNaN(value) ? Double.NaN : value;
    }

    private static float anyFloat(Draw draw) {
        float ofBits = Float.intBitsToFloat(draw.anyInt());
        return draw.flag() ? draw.of(FLOATS) : Float.isNaN(ofBits) ? Float.NaN : ofBits;
    }

    private static Numbers numbers(Draw draw) {
        return new Numbers(
                draw.anyInt(), draw.anyLong(), anyDouble(draw), anyFloat(draw), draw.flag(), draw.maybe(draw::anyInt));
    }

    private static Leaf leaf(Draw draw) {
        return new Leaf(text(draw), draw.maybe(() -> text(draw)), draw.of(Answer.class));
    }

    private static Tree tree(Draw draw) {
        return new Tree(
                numbers(draw),
                leaf(draw),
                draw.maybe(() -> leaf(draw)),
                draw.list(0, 3, () -> leaf(draw)),
                draw.list(0, 3, () -> draw.list(0, 2, () -> numbers(draw))),
                draw.list(0, 3, () -> draw.list(0, 3, () -> anyDouble(draw))),
                draw.list(0, 4, () -> text(draw)),
                new Empty());
    }

    /** Draws a text of any characters, halves of surrogate pairs too. */
    private static String anyText(Draw draw) {
        return draw.list(0, 255, () -> (char) draw.between(0, 0xffff)).stream()
                .map(String::valueOf)
                .collect(Collectors.joining());
    }

    @Test
    void recordsThatAreWrittenAreReadBack() {
        Cases.check(300, draw -> {
            Tree tree = draw.show("tree", tree(draw));
            String yaml = ConfigReader.write(tree);
            try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
                Path file = Files.writeString(files.getPath("config.yaml"), yaml);
                assertThat(ConfigReader.read(Tree.class, null, file, List.of())).isEqualTo(tree);
                assertThat(ConfigReader.read(Tree.class, tree, null, List.of())).isEqualTo(tree);
            }
        });
    }

    @Test
    void anEmptyRecordIsWrittenAndReadBack() {
        assertThat(ConfigReader.write(new Empty())).isEqualTo("{}\n");
        assertThat(ConfigReader.read(Empty.class, new Empty(), null, List.of())).isEqualTo(new Empty());
    }

    @Test
    void suggestionsComeFromTheList() {
        Cases.check(300, draw -> {
            String name = draw.show("name", anyText(draw));
            List<String> valid = draw.show("valid", draw.list(0, 255, () -> anyText(draw)));
            String nearest = Suggestions.nearest(name, valid);
            assertThat(nearest == null || valid.contains(nearest)).isTrue();
        });
    }
}
