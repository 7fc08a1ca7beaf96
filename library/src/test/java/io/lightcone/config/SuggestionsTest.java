// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests which names are suggested for misspelt ones. */
class SuggestionsTest {
    @Test
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
