// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.testing.Repository;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that the types which architecture.md names for programs exist, and that neither the examples nor the extensions
 * from outside that extending.md points to need any others.
 */
class PublicTypesTest {
    private static final String HEADING = "## What programs use";
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (?:`(\\w+)`|root) \\| ((?:`\\w+`(?:, )?)+) \\|");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (io\\.lightcone\\.[\\w.]+);");

    private static Set<String> named() throws IOException {
        String text = Files.readString(Repository.file("docs/architecture.md"));
        String section = text.substring(text.indexOf(HEADING) + HEADING.length());
        Set<String> names = new TreeSet<>();
        ROW.matcher(section.substring(0, section.indexOf("\n## "))).results().forEach(row -> {
            String prefix = row.group(1) == null ? "io.lightcone." : "io.lightcone." + row.group(1) + ".";
            NAME.matcher(row.group(2)).results().forEach(name -> names.add(prefix + name.group(1)));
        });
        return names;
    }

    @Test
    void theTypesThatAreNamedArePublic() throws Exception {
        assertThat(named()).contains("io.lightcone.training.Runs", "io.lightcone.UserException");
        for (String name : named()) {
            assertThat(Modifier.isPublic(Class.forName(name, false, getClass().getClassLoader())
                            .getModifiers()))
                    .as(name)
                    .isTrue();
        }
    }

    private static Set<String> imports(Path program) throws IOException {
        Set<String> imports = new TreeSet<>();
        IMPORT.matcher(Files.readString(program)).results().forEach(match -> imports.add(match.group(1)));
        return imports;
    }

    @Test
    void theExamplesUseNoOthers() throws IOException {
        Set<String> used = new TreeSet<>();
        try (Stream<Path> files = Files.list(Repository.file("examples"))) {
            List<Path> programs =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(programs).isNotEmpty();
            for (Path program : programs) {
                used.addAll(imports(program));
            }
        }
        assertThat(used).isNotEmpty().isSubsetOf(named());
    }

    /** Returns the types that are named, and those that their public methods take and return. */
    private static Set<String> usable() throws IOException, ClassNotFoundException {
        Set<String> usable = named();
        for (String name : named()) {
            Class<?> type = Class.forName(name, false, PublicTypesTest.class.getClassLoader());
            Stream.concat(Stream.of(type), Arrays.stream(type.getClasses()))
                    .flatMap(each -> Arrays.stream(each.getMethods()))
                    .flatMap(each ->
                            Stream.concat(Stream.of(each.getReturnType()), Arrays.stream(each.getParameterTypes())))
                    .forEach(each -> usable.add(each.getName()));
        }
        return usable;
    }

    @ParameterizedTest
    @ValueSource(strings = {"codec/HalfResolutionCodec", "codec/TwoPicturesCodec", "training/ModelStepTest"})
    void extensionsFromOutsideUseNoOthers(String extension) throws IOException, ClassNotFoundException {
        Set<String> used =
                imports(Repository.file("library").resolve("src/test/java/io/lightcone/" + extension + ".java"));
        assertThat(used).isNotEmpty().isSubsetOf(usable());
    }
}
