// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.lightcone.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that configurations of earlier formats are migrated and those of unknown ones refused. */
class MigrationsTest {
    record Paint(String colour, boolean shiny, int coats) {}

    record House(String name, Paint paint) {}

    private static final Migrations FORMATS = Migrations.none()
            .then(edits -> edits.add("paint.shiny", "false").add("garden.tree", "oak"))
            .then(edits -> edits.add("paint.coats", "2"));

    private static House read(Path temp, String yaml) throws IOException {
        Path file = Files.writeString(temp.resolve("house.yaml"), yaml);
        return ConfigReader.read(House.class, null, file, List.of(), FORMATS);
    }

    record Paper(String name, String format) {}

    /** Only runs have formats of their configuration: other records may have a key of that name. */
    @Test
    void aRecordWithoutMigrationsMayHaveAFormatOfItsOwn(@TempDir Path temp) throws IOException {
        Path file = Files.writeString(temp.resolve("paper.yaml"), "name: a\nformat: A4\n");
        assertThat(ConfigReader.read(Paper.class, null, file, List.of())).isEqualTo(new Paper("a", "A4"));
    }

    @ParameterizedTest
    @CsvSource({"''", "'format: 1\n'"})
    void aConfigurationOfTheFirstFormatGetsAllMigrations(String line, @TempDir Path temp) throws IOException {
        assertThat(read(temp, line + "name: a\npaint:\n  colour: red\n"))
                .isEqualTo(new House("a", new Paint("red", false, 2)));
    }

    @Test
    void aConfigurationIsMigratedFromItsOwnFormatOn(@TempDir Path temp) throws IOException {
        assertThat(read(temp, "format: 2\nname: a\npaint: {colour: red, shiny: true}\n"))
                .isEqualTo(new House("a", new Paint("red", true, 2)));
        assertThatThrownBy(() -> read(temp, "format: 2\nname: a\npaint: {colour: red}\n"))
                .hasMessageContaining("paint.shiny");
    }

    @Test
    void theCurrentFormatIsReadStrictly(@TempDir Path temp) throws IOException {
        assertThat(FORMATS.line()).isEqualTo("format: 3\n");
        assertThat(read(temp, "format: 3\nname: a\npaint: {colour: red, shiny: true, coats: 1}\n"))
                .isEqualTo(new House("a", new Paint("red", true, 1)));
        assertThatThrownBy(() -> read(temp, "format: 3\nname: a\npaint: {colour: red, shiny: true}\n"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("paint.coats");
    }

    @Test
    void keysThatAnOldConfigurationHasAreKept(@TempDir Path temp) throws IOException {
        assertThat(read(temp, "name: a\npaint: {colour: red, shiny: true, coats: 7}\n"))
                .isEqualTo(new House("a", new Paint("red", true, 7)));
    }

    @ParameterizedTest
    @CsvSource({
        "4, is of a newer version of Lightcone; this one reads formats up to 3",
        "0, must be a whole number from 1 to 3",
        "-1, must be a whole number from 1 to 3",
        "1.5, must be a whole number from 1 to 3",
        "two, must be a whole number from 1 to 3",
        "'[1]', must be a whole number from 1 to 3",
        "99999999999999999999, must be a whole number from 1 to 3"
    })
    void aFormatThatIsNotKnownIsNamed(String format, String message, @TempDir Path temp) {
        assertThatThrownBy(() -> read(temp, "format: " + format + "\nname: a\n"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("house.yaml line 1");
    }

    record Tool(String kind, int size) {}

    private static final Migrations TOOLS = Migrations.none().then(edits -> {
        edits.rename("type", "kind");
        if (edits.is("kind", "hammer") && !edits.has("size")) {
            edits.add("size", "3");
        }
    });

    private static Tool tool(Path temp, String yaml) throws IOException {
        Path file = Files.writeString(temp.resolve("tool.yaml"), yaml);
        return ConfigReader.read(Tool.class, null, file, List.of(), TOOLS);
    }

    @Test
    void keysAreRenamedAndAddedByValue(@TempDir Path temp) throws IOException {
        assertThat(tool(temp, "type: Hammer\n")).isEqualTo(new Tool("Hammer", 3));
        assertThat(tool(temp, "type: hammer\nsize: 5\n")).isEqualTo(new Tool("hammer", 5));
        assertThatThrownBy(() -> tool(temp, "type: saw\n")).hasMessageContaining("missing key size");
        assertThatThrownBy(() -> tool(temp, "type: saw\nkind: axe\nsize: 1\n"))
                .as("a name that is taken")
                .hasMessageContaining("unknown key type");
    }

    /** Whoever writes a file for this version alone may not know that it has to say so. */
    @Test
    void aFileThatOnlyThePresentFormatExplainsIsToNameIt(@TempDir Path temp) {
        String file = temp.resolve("tool.yaml").toString();
        Migrations weighed = TOOLS.then(edits -> edits.add("weight", "5"));
        assertThatThrownBy(() -> ConfigReader.read(
                        Tool.class, null, Files.writeString(Path.of(file), "kind: saw\nsize: 1\n"), List.of(), weighed))
                .isInstanceOf(UserException.class)
                .hasMessage("unknown key weight in " + file + ", which is of format 1; valid are kind, size; put"
                        + " format: 3 on top of " + file
                        + ", for a file that names no format is read as one of format 1");
        assertThatThrownBy(() -> ConfigReader.read(
                        Tool.class,
                        null,
                        Files.writeString(Path.of(file), "format: 1\nkind: saw\nsize: 1\n"),
                        List.of(),
                        weighed))
                .hasMessage("unknown key weight in " + file + ", which is of format 1; valid are kind, size");
        assertThatThrownBy(() -> ConfigReader.read(
                        Tool.class, null, Files.writeString(Path.of(file), "kind: saw\nsise: 1\n"), List.of(), weighed))
                .as("a mistake in any format")
                .hasMessageContaining("unknown key sise")
                .hasMessageNotContaining("on top");
    }

    /** Such as the output of another program, which is there only once. */
    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aPipeIsReadOnce(@TempDir Path temp) throws IOException, InterruptedException {
        Path pipe = temp.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Thread writer = new Thread(() -> {
            try {
                Files.writeString(pipe, "kind: saw\nsize: 1\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        writer.setDaemon(true);
        writer.start();
        Migrations weighed = TOOLS.then(edits -> edits.add("weight", "5"));
        assertTimeoutPreemptively(
                Duration.ofMinutes(1),
                () -> assertThatThrownBy(() -> ConfigReader.read(Tool.class, null, pipe, List.of(), weighed))
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining("put format: 3 on top of " + pipe));
    }

    record Shed(Tool tool) {}

    @Test
    void keysAreRemovedFromTheirGroup(@TempDir Path temp) throws IOException {
        Path file =
                Files.writeString(temp.resolve("shed.yaml"), "tool: {kind: saw, size: 1, weight: 2, colour: red}\n");
        Migrations formats = Migrations.none()
                .then(edits -> edits.remove("tool", "weight", "colour", "more")
                        .remove("garden", "tree")
                        .rename("garden.tree", "bush")
                        .remove("tool.size", "x"));
        assertThat(ConfigReader.read(Shed.class, null, file, List.of(), formats))
                .isEqualTo(new Shed(new Tool("saw", 1)));
    }
}
