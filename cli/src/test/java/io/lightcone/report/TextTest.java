// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.attention.Neighbourhood.Token;
import io.lightcone.model.ReceptiveField;
import io.lightcone.run.Presets;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests how numbers, tables and grids become characters. */
class TextTest {
    @Test
    void numbersHaveThreeFiguresAndAPrefix() {
        assertThat(List.of(
                        Units.count(0),
                        Units.count(999),
                        Units.count(1000),
                        Units.count(9_994),
                        Units.count(9_996),
                        Units.count(999_499),
                        Units.count(999_500),
                        Units.count(163_000_000_000L)))
                .containsExactly("0", "999", "1.00 k", "9.99 k", "10.0 k", "999 k", "1.00 M", "163 G");
        assertThat(Units.bytes(512)).isEqualTo("512 B");
        assertThat(Units.bytes(1_250_000_000)).isEqualTo("1.25 GB");
        assertThat(Units.ratio(26, 2)).isEqualTo("13.0x");
        assertThat(Units.ratio(1, 0)).isEqualTo("-");
    }

    @Test
    void columnsAreAsWideAsTheyNeedToBe() {
        StringWriter out = new StringWriter();
        new TextTable().row("a", "12", "x").row("long", "3").print(new PrintWriter(out, true));
        assertThat(out.toString().lines()).containsExactly("a     12  x", "long   3");
    }

    @Test
    void aScreenShowsWhatItsEnvironmentSays() {
        assertThat(Screen.of(Map.of("LANG", "en_GB.UTF-8"), true)).isEqualTo(new Screen(100, true, false));
        assertThat(Screen.of(Map.of("LANG", "en_GB.UTF-8", "COLUMNS", "72"), false))
                .isEqualTo(new Screen(72, false, false));
        assertThat(Screen.of(Map.of("LC_ALL", "C", "LANG", "en_GB.UTF-8"), true).unicode())
                .isFalse();
        assertThat(Screen.of(Map.of(), true).unicode()).isFalse();
        assertThat(Screen.of(Map.of("COLUMNS", "1"), true).width()).isEqualTo(20);
        assertThat(Screen.of(Map.of("TERM", "xterm"), true).colour()).isTrue();
        assertThat(Screen.of(Map.of("TERM", "xterm"), false).colour()).isFalse();
        assertThat(Screen.of(Map.of("TERM", "xterm", "NO_COLOR", "1"), true).colour())
                .isFalse();
        assertThat(Screen.of(Map.of("TERM", "dumb"), true).colour()).isFalse();
    }

    @Test
    void aCharacterOfUnicodeShowsTwoTokens() {
        var config = Presets.named("msc-tiny").model();
        ReceptiveField view = ReceptiveField.of(config, 0, new Token(1, 3, 4), 2, 72, 64);
        StringWriter out = new StringWriter();
        new AttentionText(view, config.depth(), new Screen(40, true, false)).print(new PrintWriter(out, true));
        assertThat(out.toString().lines().toList())
                .containsSequence(
                        "0 (t-1)   1 (t)",
                        "··▄▄▄▄▄·  ··▄▄▄▄▄·",
                        "··█████·  ··██◆██·",
                        "··█████·  ··█████·",
                        "········  ········",
                        "········  ········")
                .endsWith("████████", "████◆◆██", "████████", "████████", "▀▀▀▀▀▀▀▀");
    }
}
