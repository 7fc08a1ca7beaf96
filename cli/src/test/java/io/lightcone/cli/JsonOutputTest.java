// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.ok;
import static io.lightcone.cli.JsonKeys.assertKeys;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Commands that look at a configuration print the JSON that programs rely on, key by key. */
class JsonOutputTest {
    private static final String CLEAN = " --sampler independent --distribution logit-normal --clean 0.5";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cost | cost --preset msc-tiny",
                "show-attention | show attention --preset msc-tiny --layer 5 --query 4,3,2",
                "show-levels | show levels --sampler fopp --frames 4 --timesteps 10 --samples 100",
                "show-levels-clean | show levels" + CLEAN
                        + " --clean-frames first --frames 3 --timesteps 5 --samples 10",
                "show-plan | show plan --frames 4 --steps 3 --gap 1 --prefix 1"
            })
    void keysAreThoseThatProgramsRelyOn(String name, String command) {
        assertKeys(name, JsonMapper.shared().readTree(ok(command + " --json")));
    }
}
