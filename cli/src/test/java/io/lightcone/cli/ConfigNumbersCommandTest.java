// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.run.NumericKeys;
import io.lightcone.run.Presets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests numbers that are hardly ever meant, through the commands that analyse a model without creating it. */
class ConfigNumbersCommandTest {
    private static final List<String> COMMANDS = List.of("cost --json", "show attention --query 1,1,1");
    private static final List<String> INTEGERS = List.of("2147483647", "2147483633", "1073741824", "357913941");
    private static final List<String> DECIMALS = List.of("1e300", "1e-300", ".inf", ".nan");

    static Stream<String> paths() {
        return NumericKeys.of(Presets.named("scd-msc-tiny")).keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("paths")
    void whateverNumberIsSetIsCountedOrRefusedByName(String path) {
        Class<?> type = NumericKeys.of(Presets.named("scd-msc-tiny")).get(path);
        for (String value : type == double.class ? DECIMALS : INTEGERS) {
            for (String command : COMMANDS) {
                Answer answer = Answer.typed(command + " --preset scd-msc-tiny --set " + path + "=" + value);
                assertThat(answer.code())
                        .as(path + "=" + value + ": " + answer.err())
                        .isIn(0, 2);
                if (answer.code() == 2) {
                    assertThat(answer.err()).contains(NumericKeys.name(path)).doesNotContain("Exception");
                    assertThat(answer.err().strip().lines()).as("one sentence").hasSize(1);
                }
            }
        }
    }
}
