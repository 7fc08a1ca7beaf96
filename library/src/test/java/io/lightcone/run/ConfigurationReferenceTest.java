// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Tests that the page docs/configuration.md says what the code does. With {@code -Dlightcone.write.docs=true} the test
 * writes it: {@code mvn -pl library test -Dtest=ConfigurationReferenceTest -Dlightcone.write.docs=true}.
 */
class ConfigurationReferenceTest {
    private static final Path PAGE = Repository.file("docs/configuration.md");

    @Test
    void thePageListsEveryKey() throws IOException {
        String page = ConfigurationReference.page();
        if (Boolean.getBoolean("lightcone.write.docs")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE).replace("\r\n", "\n")).isEqualTo(page);
    }
}
