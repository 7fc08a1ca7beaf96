// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that what a command prints depends on what is typed, and neither on the language of the user nor on the
 * environment.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the environment is set by a shell")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class OtherLocalesTest {
    /** Command lines with small and capital I, with commas and points in numbers, and with an error. */
    private static final List<String> COMMANDS = List.of(
            "cost --preset msc-tiny --size 128x64 --set training.linear=BFLOAT16",
            "show levels --sampler independent --distribution logit-normal --mean 0.5 --timesteps 20 --frames 3",
            "cost --preset MSC-TINNY");

    /**
     * Locales with the name of the language with two kinds of i, and one that writes 1.234,5 in other digits, and poor
     * environments.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "export JDK_JAVA_OPTIONS='-Duser.language=tr -Duser.country=TR';",
                "export JDK_JAVA_OPTIONS='-Duser.language=ar -Duser.country=EG -Duser.extensions=u-nu-arab';",
                "export LC_ALL=C;",
                "unset $(env | cut -d = -f 1);"
            })
    void commandsAnswerTheSameInEveryLocale(String prelude) throws IOException, InterruptedException {
        assumeTrue(
                prelude.contains("JDK_JAVA_OPTIONS")
                        || System.getProperty("java.class.path").chars().allMatch(c -> c < 128),
                "under a plain locale Java finds no classes in a folder with letters of other alphabets; "
                        + "the launcher sets another");
        for (String command : COMMANDS) {
            Answer here = Answer.typed(command);
            Process process = ProcessTest.program(prelude, List.of(command.split(" ", -1)))
                    .start();
            String out = ProcessTest.text(process.getInputStream());
            String err = ProcessTest.text(process.getErrorStream());
            assertThat(process.waitFor()).as(err).isEqualTo(here.code());
            assertThat(out).as(command).isEqualTo(here.out());
            assertThat(err).as(command).endsWith(here.err());
        }
    }
}
