// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
    private final Guard guard = new Guard("Box.local");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:7860",
                "LOCALHOST:1",
                "127.0.0.1:7860",
                "[::1]:7860",
                "192.168.1.7",
                "box.local:7860"
            })
    void namesOfThisServerAreKnown(String host) {
        assertThat(guard.knows(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "evil.example",
                "evil.example:7860",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "localhost:x"
            })
    void otherNamesAreNot(String host) {
        assertThat(guard.knows(host)).isFalse();
    }

    @Test
    void aPageOfTheSameHostAndPortMayComeAndAProgramToo() {
        assertThat(guard.isOwn(null, "localhost:7860")).isTrue();
        assertThat(guard.isOwn("http://localhost:7860", "localhost:7860")).isTrue();
        assertThat(guard.isOwn("https://Box.local", "box.local")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"null", "http://evil.example", "http://localhost:7861", "http://localhost:78600", "file://"})
    void otherPagesMayNot(String origin) {
        assertThat(guard.isOwn(origin, "localhost:7860")).isFalse();
    }
}
