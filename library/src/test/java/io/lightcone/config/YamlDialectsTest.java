// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a configuration says the same to readers of YAML 1.1, such as PyYAML, as to readers of YAML 1.2. */
class YamlDialectsTest {
    /** The texts that YAML 1.1 takes unquoted for something else than text, after its list of types. */
    private static final Map<String, Pattern> TYPES_OF_1_1 = Map.of(
            "bool",
            Pattern.compile("(?i:y|n|yes|no|true|false|on|off)"),
            "null",
            Pattern.compile("|~|(?i:null)"),
            "merge or value",
            Pattern.compile("<<|="),
            "int",
            Pattern.compile("[-+]?(0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(:[0-5]?[0-9])+)"),
            "float",
            Pattern.compile("[-+]?([0-9][0-9_]*)?\\.[0-9_]*([eE][-+][0-9]+)?"
                    + "|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\\.[0-9_]*|[-+]?\\.(?i:inf)|\\.(?i:nan)"),
            "timestamp",
            Pattern.compile("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*"));

    /** The texts that PyYAML takes for a decimal number: a point is needed, and a sign in the exponent. */
    private static final Pattern PYTHONS_DECIMAL =
            Pattern.compile("[-+]?[0-9][0-9_]*\\.[0-9_]*([eE][-+][0-9]+)?|-?\\.inf|\\.nan");

    record Decimals(double number, float single) {}

    record Text(String text, List<String> row) {}

    @ParameterizedTest
    @CsvSource({
        "1e-4, 1.0e-4",
        "-1e-4, -1.0e-4",
        "2.5e9, 2.5e+9",
        "1e22, 1.0e+22",
        "1e-300, 1.0e-300",
        "1.25e-7, 1.25e-7",
        "0.05, 0.05",
        "3, 3.0",
        "1e6, 1000000.0",
        "-0.0, -0.0",
        "Infinity, .inf",
        "-Infinity, -.inf",
        "NaN, .nan"
    })
    void decimalsAreWrittenWithAPointAndASign(double number, String written) {
        assertThat(ConfigReader.write(new Decimals(number, 0)).lines()).first().isEqualTo("number: " + written);
    }

    static DoubleStream numbers() {
        SplittableRandom random = new SplittableRandom(7);
        return DoubleStream.concat(
                DoubleStream.of(Double.MIN_VALUE, Double.MAX_VALUE, 1e7, Math.nextDown(1e7), 1e-3, 0.1 + 0.2, -1e-5),
                random.longs(200).mapToDouble(Double::longBitsToDouble));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void anyDecimalIsOneToPythonAndComesBackExactly(double number) {
        Decimals decimals = new Decimals(number, (float) number);
        for (String line : ConfigReader.write(decimals).lines().toList()) {
            assertThat(line.substring(line.indexOf(' ') + 1)).matches(PYTHONS_DECIMAL);
        }
        assertThat(ConfigReader.read(Decimals.class, decimals, null, List.of())).isEqualTo(decimals);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e-4", "1.0e-4", "1E-4", "0.0001", "1.0E-4", "1.0e-04", "100.0e-6"})
    void bothNotationsOfADecimalAreRead(String written) {
        Decimals read = ConfigReader.read(
                Decimals.class, new Decimals(0, 0), null, List.of("number=" + written, "single=2.5e+9"));
        assertThat(read).isEqualTo(new Decimals(1e-4, 2.5e9f));
    }

    static Stream<String> texts() {
        Stream<String> words = Stream.of(
                "", "~", "null", "Null", "NULL", "yes", "Yes", "NO", "on", "Off", "y", "N", "true", "False", "<<", "=");
        Stream<String> numbers = Stream.of(
                "1",
                "-1",
                "+1",
                "1_000",
                "012",
                "0o7",
                "0x1F",
                "0b11",
                "1:30",
                "190:20:30",
                "1:30.5",
                ".5",
                "1.",
                "1e5",
                "1.0e+5",
                "1e-4",
                "6.02_3e+23",
                "._1",
                ".inf",
                "-.inf",
                "+.INF",
                ".nan",
                ".NaN",
                "inf",
                "nan",
                "Infinity",
                "2024-01-01",
                "2024-1-1 10:00:00",
                "2024-01-01T10:00:00Z",
                "_1",
                "e5",
                "E-4",
                "x1e5",
                "-",
                "--",
                "---",
                "...");
        Stream<String> beginnings = "!&*|>@`%'\"#,[]{}?:-./\\~= \t"
                .chars()
                .mapToObj(c -> (char) c)
                .flatMap(c -> Stream.of(c + "a", c + " a", "a" + c, "a" + c + " b", "a " + c + "b"));
        Stream<String> others = Stream.of(
                " a", "a ", "a: b", "a #b", "a\nb", "\u0085", "\u2028", "\ufeffa", "caf\u00e9", "\uD83D\uDE00");
        return Stream.of(words, numbers, beginnings, others).flatMap(each -> each);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void textThatAnyReaderWouldTakeForSomethingElseIsQuoted(String text) {
        Text config = new Text(text, List.of(text, "b"));
        String written = ConfigReader.write(config);
        String scalar = written.lines().findFirst().orElseThrow().substring("text: ".length());
        if (!scalar.startsWith("\"")) {
            assertThat(scalar).isEqualTo(text).matches("[A-Za-z0-9_./-]+").doesNotStartWith("-");
            TYPES_OF_1_1.forEach(
                    (type, pattern) -> assertThat(pattern.matcher(scalar).matches())
                            .as("%s is no %s", scalar, type)
                            .isFalse());
        }
        assertThat(ConfigReader.read(Text.class, config, null, List.of())).isEqualTo(config);
    }

    @Test
    void wordsThatAreNothingElseStandUnquoted() {
        assertThat(ConfigReader.write(new Text("moving-digits", List.of("/data/v.mp4", "v_prediction"))))
                .isEqualTo("text: moving-digits\nrow: [/data/v.mp4, v_prediction]\n");
    }
}
