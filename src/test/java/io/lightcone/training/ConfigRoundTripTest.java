// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class ConfigRoundTripTest {
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

    private static Arbitrary<String> texts() {
        Arbitrary<String> any = Arbitraries.strings()
                .ofMaxLength(20)
                .filter(s -> UTF_8.newEncoder().canEncode(s));
        Arbitrary<String> tricky = Arbitraries.strings()
                .withChars(" \t\n\r:#-[]{},&*!|>'\"%@`~?=.\\\u0085\u2028\ufeff0123456789eExon")
                .ofMaxLength(8);
        Arbitrary<String> words = Arbitraries.of(
                "", "null", "~", "yes", "No", "true", "1", "1e5", ".inf", "0x1F", "...", "---", "a: b", "\uD83D\uDE00");
        return Arbitraries.oneOf(any, tricky, words);
    }

    private static Arbitrary<Double> doubles() {
        Arbitrary<Double> bits =
                Arbitraries.longs().map(Double::longBitsToDouble).map(d -> Double.isNaN(d) ? Double.NaN : d);
        return Arbitraries.oneOf(
                bits,
                Arbitraries.doubles(),
                Arbitraries.of(
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
                        1e22));
    }

    private static Arbitrary<Numbers> numbers() {
        Arbitrary<Float> floats = Arbitraries.oneOf(
                Arbitraries.integers().map(Float::intBitsToFloat).map(f -> Float.isNaN(f) ? Float.NaN : f),
                Arbitraries.of(Float.MAX_VALUE, Float.MIN_VALUE, 0.1f));
        return Combinators.combine(
                        Arbitraries.integers(),
                        Arbitraries.longs(),
                        doubles(),
                        floats,
                        Arbitraries.of(true, false),
                        Arbitraries.integers().injectNull(0.3))
                .as(Numbers::new);
    }

    private static Arbitrary<Leaf> leaves() {
        return Combinators.combine(texts(), texts().injectNull(0.3), Arbitraries.of(Answer.class))
                .as(Leaf::new);
    }

    @Provide
    Arbitrary<Tree> trees() {
        return Combinators.combine(
                        numbers(),
                        leaves(),
                        leaves().injectNull(0.3),
                        leaves().list().ofMaxSize(3),
                        numbers().list().ofMaxSize(2).list().ofMaxSize(3),
                        doubles().list().ofMaxSize(3).list().ofMaxSize(3),
                        texts().list().ofMaxSize(4))
                .as((n, leaf, maybe, leaves, table, rows, words) ->
                        new Tree(n, leaf, maybe, leaves, table, rows, words, new Empty()));
    }

    @Property(tries = 300)
    void whatIsWrittenIsReadBack(@ForAll("trees") Tree tree) throws IOException {
        String yaml = ConfigReader.write(tree);
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path file = Files.writeString(files.getPath("config.yaml"), yaml);
            assertThat(ConfigReader.read(Tree.class, null, file, List.of())).isEqualTo(tree);
            assertThat(ConfigReader.read(Tree.class, tree, null, List.of())).isEqualTo(tree);
        }
    }

    @Example
    void anEmptyRecordIsWrittenToo() {
        assertThat(ConfigReader.write(new Empty())).isEqualTo("{}\n");
        assertThat(ConfigReader.read(Empty.class, new Empty(), null, List.of())).isEqualTo(new Empty());
    }

    @Property(tries = 300)
    void suggestionsComeFromTheList(@ForAll String name, @ForAll List<String> valid) {
        String nearest = Suggestions.nearest(name, valid);
        assertThat(nearest == null || valid.contains(nearest)).isTrue();
    }

    @Example
    void suggestionsAreNear() {
        List<String> presets = List.of("tiny", "msc-small", "scd_base");
        assertThat(Suggestions.nearest("tinny", presets)).isEqualTo("tiny");
        assertThat(Suggestions.nearest("tiyn", presets)).isEqualTo("tiny");
        assertThat(Suggestions.nearest("MSC_small", presets)).isEqualTo("msc-small");
        assertThat(Suggestions.nearest("enormous", presets)).isNull();
        assertThat(Suggestions.nearest("", presets)).isNull();
        assertThat(Suggestions.hint("enormous", presets)).isEqualTo("valid are tiny, msc-small, scd_base");
        assertThat(Suggestions.distance("kitten", "sitting")).isEqualTo(3);
    }
}
