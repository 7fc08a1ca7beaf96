// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.lightcone.UserException;
import io.lightcone.config.ConfigReader;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that configurations are read strictly, with errors that name the key and its place. */
class ConfigReaderTest {
    enum Order {
        SYNCHRONOUS,
        FRAME_BY_FRAME
    }

    record Branch(int heads, int window) {
        Branch {
            if (heads < 1) {
                throw new IllegalArgumentException("heads must be at least 1, not " + heads);
            }
        }
    }

    record Model(int depth, int width, double dropout, List<Branch> branches) {
        Model {
            int heads = branches.stream().mapToInt(Branch::heads).sum();
            if (heads > 0 && width % heads != 0) {
                throw new IllegalArgumentException(
                        "width must be a multiple of " + heads + " heads, not " + width + ".");
            }
        }
    }

    record Run(
            String name,
            @Nullable String note,
            long seed,
            boolean compile,
            Order order,
            List<Double> betas,
            Model model) {}

    private static final Run PRESET = new Run(
            "tiny",
            null,
            7,
            false,
            Order.FRAME_BY_FRAME,
            List.of(0.9, 0.95),
            new Model(4, 64, 1e-4, List.of(new Branch(2, 3), new Branch(2, 0))));

    private FileSystem files;

    @BeforeEach
    void open() {
        files = Jimfs.newFileSystem(Configuration.unix());
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    private Path yaml(String text) throws IOException {
        return Files.writeString(files.getPath("run.yaml"), text);
    }

    private static Run set(String... overrides) {
        return ConfigReader.read(Run.class, PRESET, null, List.of(overrides));
    }

    private void assertFileRefused(String text, String message) throws IOException {
        Path file = yaml(text);
        assertThatThrownBy(() -> ConfigReader.read(Run.class, PRESET, file, List.of()))
                .isInstanceOf(UserException.class)
                .hasMessage(message);
    }

    private static void assertRefused(String override, String message) {
        assertThatThrownBy(() -> set(override))
                .isInstanceOf(UserException.class)
                .hasMessage(message);
    }

    @Test
    void aConfigurationIsWrittenAsReadableYaml() {
        assertThat(ConfigReader.write(PRESET)).isEqualTo("""
                        name: tiny
                        note: null
                        seed: 7
                        compile: false
                        order: frame_by_frame
                        betas: [0.9, 0.95]
                        model:
                          depth: 4
                          width: 64
                          dropout: 1.0e-4
                          branches:
                            - heads: 2
                              window: 3
                            - heads: 2
                              window: 0
                        """);
    }

    @Test
    void fileLiesOverPresetAndOverridesOverBoth() throws IOException {
        Path file = yaml("name: mine\nmodel: {depth: 6, dropout: 0}\norder: Synchronous # no matter the case\n");
        Run run = ConfigReader.read(
                Run.class,
                PRESET,
                file,
                List.of("model.depth=8", "model.branches.1.window=5", "betas=[0.5, 1]", "note=hi"));
        assertThat(run)
                .isEqualTo(new Run(
                        "mine",
                        "hi",
                        7,
                        false,
                        Order.SYNCHRONOUS,
                        List.of(0.5, 1.0),
                        new Model(8, 64, 0, List.of(new Branch(2, 3), new Branch(2, 5)))));
    }

    @Test
    void aWholeFileNeedsNoPreset() throws IOException {
        Path file = yaml(ConfigReader.write(PRESET));
        assertThat(ConfigReader.read(Run.class, null, file, List.of())).isEqualTo(PRESET);
        assertThatThrownBy(() -> ConfigReader.read(Model.class, null, null, List.of("depth=3", "width=2")))
                .hasMessage("missing key dropout");
        Path partial = yaml("model:\n  depth: 3\n");
        assertThatThrownBy(() -> ConfigReader.read(Run.class, null, partial, List.of()))
                .hasMessage("missing key name");
        assertThatThrownBy(() ->
                        ConfigReader.read(Run.class, PRESET, yaml("model:\n  branches:\n    - heads: 2\n"), List.of()))
                .hasMessage("missing key model.branches.0.window in run.yaml line 3, column 7");
    }

    @Test
    void anEmptyFileChangesNothing() throws IOException {
        assertThat(ConfigReader.read(Run.class, PRESET, yaml("# nothing\n"), List.of()))
                .isEqualTo(PRESET);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    model.dept=3             | unknown key model.dept in setting model.dept=3; did you mean model.depth?
                    depth=3                  | unknown key depth in setting depth=3; did you mean model.depth?
                    model.Width=3            | unknown key model.Width in setting model.Width=3; did you mean \
                    model.width?
                    model.zzz=3              | unknown key model.zzz in setting model.zzz=3; valid are model.depth, \
                    model.width, model.dropout, model.branches
                    nodel.depth=3            | unknown key nodel in setting nodel.depth=3; did you mean model?
                    model.depth=3.5          | model.depth must be a whole number, not 3.5 in setting model.depth=3.5
                    model.depth=3000000000   | model.depth must be a whole number from -2147483648 to 2147483647, not \
                    3000000000 in setting model.depth=3000000000
                    model.depth="3"          | model.depth must be a whole number, not the text '3' in setting \
                    model.depth="3"
                    model.depth=             | model.depth must not be null in setting model.depth=
                    model.depth=[3]          | model.depth must be a whole number, not a list in setting model.depth=[3]
                    model.depth.x=3          | model.depth is a single value and has no keys of its own in setting \
                    model.depth.x=3
                    model=3                  | model must be a group of keys, not 3 in setting model=3
                    model.dropout=much       | model.dropout must be a number, not the text 'much' in setting \
                    model.dropout=much
                    model.dropout=1e999      | model.dropout must be a number of at most 1.7976931348623157E308, not \
                    1e999 in setting model.dropout=1e999
                    compile=yes              | compile must be true or false, not the text 'yes' in setting compile=yes
                    compile=1                | compile must be true or false, not 1 in setting compile=1
                    name=3                   | name must be text (in quotes: "3"), not 3 in setting name=3
                    name=null                | name must not be null in setting name=null
                    order=frame-by-frame     | order must be one of synchronous, frame_by_frame, not the text \
                    'frame-by-frame' in setting order=frame-by-frame; did you mean frame_by_frame?
                    order=x                  | order must be one of synchronous, frame_by_frame, not the text 'x' in \
                    setting order=x
                    betas=0.5                | betas must be a list, not 0.5 in setting betas=0.5
                    betas=[0.5, a]           | betas.1 must be a number, not the text 'a' in setting betas=[0.5, a]
                    betas=[null]             | betas.0 must not be null in setting betas=[null]
                    betas.2=1                | unknown element betas.2 in setting betas.2=1; the list has elements 0 \
                    to 1
                    model.branches.x.heads=1 | unknown element model.branches.x in setting model.branches.x.heads=1; \
                    the list has elements 0 to 1
                    model.branches.0.head=1  | unknown key model.branches.0.head in setting model.branches.0.head=1; \
                    did you mean model.branches.0.heads?
                    model.depth              | malformed setting model.depth; write key=value, as in model.depth=12
                    =3                       | malformed setting =3; write key=value, as in model.depth=12
                    model..depth=3           | malformed setting model..depth=3; write key=value, as in model.depth=12
                    betas=[0.5               | malformed YAML in setting betas=[0.5: expected ',' or ']', but got \
                    <stream end>
                    model.branches.0.heads=0 | model.branches.0 is not valid: heads must be at least 1, not 0, set in \
                    setting model.branches.0.heads=0
                    model.width=63           | model is not valid: width must be a multiple of 4 heads, not 63, set \
                    in setting model.width=63
                    """)
    void badOverridesAreRefused(String override, String message) {
        assertRefused(override == null ? "" : override, message);
    }

    @Test
    void badFilesAreRefused() throws IOException {
        assertFileRefused(
                "seed: 1\nmodel:\n  dept: 3\n",
                "unknown key model.dept in run.yaml line 3, column 3; did you mean model.depth?");
        assertFileRefused(
                "model:\n  depth: 3\n  width: 4\n  depth: 5\n",
                "repeated key model.depth in run.yaml line 4, column 3;"
                        + " it was given in run.yaml line 2, column 3 already");
        assertFileRefused(
                "model:\n  depth: x\n",
                "model.depth must be a whole number, not the text 'x' in run.yaml line 2, column 10");
        assertFileRefused("seed:\n", "seed must not be null in run.yaml line 1, column 6");
        assertFileRefused("- 1\n", "the configuration run.yaml must be a group of keys, not a list");
        assertFileRefused("hello", "the configuration run.yaml must be a group of keys, not the text 'hello'");
        assertFileRefused(
                "seed: [1\n", "malformed YAML in run.yaml line 2, column 1: expected ',' or ']', but got <stream end>");
        assertFileRefused(
                "seed: 1\n\tname: a\n",
                "malformed YAML in run.yaml line 2, column 1: found character '\\t(TAB)' that cannot start any token."
                        + " (Do not use \\t(TAB) for indentation)");
        assertFileRefused(
                "seed: 1\n---\nname: a\n", "a second document begins in run.yaml line 3, column 1; only one is read");
        assertFileRefused(
                "name: &n a\nnote: *n\n",
                "an alias (*n) in run.yaml line 2, column 7 is not supported; write its value instead");
        assertFileRefused(
                "model:\n  width: 66\n  depth: 2\n",
                "model is not valid: width must be a multiple of 4 heads, not 66, set in run.yaml line 2, column 3");
    }

    @Test
    void filesThatCannotBeReadAreNamed() throws IOException {
        Path missing = files.getPath("none.yaml");
        assertThatThrownBy(() -> ConfigReader.read(Run.class, PRESET, missing, List.of()))
                .isInstanceOf(UserException.class)
                .hasMessage("the configuration none.yaml does not exist");
        Path binary = Files.write(files.getPath("b.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertThatThrownBy(() -> ConfigReader.read(Run.class, PRESET, binary, List.of()))
                .hasMessage("the configuration b.yaml is not text in UTF-8");
        Path folder = Files.createDirectory(files.getPath("d.yaml"));
        assertThatThrownBy(() -> ConfigReader.read(Run.class, PRESET, folder, List.of()))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("the configuration d.yaml cannot be read: ");
    }

    @Test
    void deepNestingIsRefusedNotFatal() throws IOException {
        Path file = yaml("model: " + "[".repeat(100_000));
        assertThatThrownBy(() -> ConfigReader.read(Run.class, PRESET, file, List.of()))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("malformed YAML in run.yaml");
    }

    @Test
    void textStaysText() {
        assertThat(set("name=yes").name()).isEqualTo("yes");
        assertThat(set("name=\"3\"").name()).isEqualTo("3");
        assertThat(set("note=a=b").note()).isEqualTo("a=b");
        assertThat(set("note=a", "note=null").note()).isNull();
        assertThat(set("seed=1", "seed=2").seed()).isEqualTo(2);
        assertThat(set("model.dropout=1").model().dropout()).isEqualTo(1);
    }
}
