// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests sections of a configuration that are of one kind or another, over all layers. */
class KindsTest {
    sealed interface Shape permits Circle, Box, Dot {}

    @Kind("circle")
    record Circle(String colour, double radius) implements Shape {
        static Circle defaults() {
            return new Circle("black", 1);
        }
    }

    @Kind("round-box")
    record Box(
            String colour, int width, int height, @Nullable String note) implements Shape {
        Box {
            if (width < height) {
                throw new IllegalArgumentException("width must not be below height");
            }
        }

        static Box defaults() {
            return new Box("black", 4, 3, null);
        }
    }

    @Kind("dot")
    record Dot() implements Shape {
        static Dot defaults() {
            return new Dot();
        }
    }

    record Drawing(String name, Shape shape, List<Shape> others) {}

    private static final Drawing CIRCLE = new Drawing("a", new Circle("red", 2.5), List.of(new Dot()));

    @TempDir
    Path temp = Path.of("");

    private Path file(String yaml) throws IOException {
        return Files.writeString(temp.resolve("drawing.yaml"), yaml);
    }

    private static Shape set(String... settings) {
        return ConfigReader.with(CIRCLE, settings).shape();
    }

    @Test
    void theKindIsWrittenFirstAndReadBack() throws IOException {
        Drawing drawing =
                new Drawing("a", new Box("red", 3, 2, null), List.of(new Dot(), new Circle("blue", 1), new Dot()));
        assertThat(ConfigReader.write(drawing)).isEqualTo("""
                        name: a
                        shape:
                          kind: round-box
                          colour: red
                          width: 3
                          height: 2
                          note: null
                        others:
                          - kind: dot
                          - kind: circle
                            colour: blue
                            radius: 1.0
                          - kind: dot
                        """);
        assertThat(ConfigReader.read(Drawing.class, null, file(ConfigReader.write(drawing)), List.of()))
                .isEqualTo(drawing);
        assertThat(ConfigReader.read(Drawing.class, drawing, null, List.of())).isEqualTo(drawing);
    }

    @Test
    void aRecordThatIsAKindIsReadByItself() {
        assertThat(ConfigReader.with(new Circle("red", 1), "radius=2")).isEqualTo(new Circle("red", 2));
        assertThatThrownBy(() -> ConfigReader.with(new Circle("red", 1), "kind=dot"))
                .hasMessage("kind must be circle, not the text 'dot' in setting kind=dot");
    }

    @Test
    void keysOfAKindAreSet() {
        assertThat(set("shape.radius=4")).isEqualTo(new Circle("red", 4));
        assertThat(set("shape.kind=CIRCLE", "shape.radius=4")).isEqualTo(new Circle("red", 4));
        assertThat(ConfigReader.with(CIRCLE, "others.0={kind: circle, colour: blue, radius: 3}")
                        .others())
                .containsExactly(new Circle("blue", 3));
    }

    @Test
    void anotherKindKeepsWhatBothHaveAndGetsItsDefaults() {
        assertThat(set("shape.kind=round-box")).isEqualTo(new Box("red", 4, 3, null));
        assertThat(set("shape.kind=round-box", "shape.width=9")).isEqualTo(new Box("red", 9, 3, null));
        assertThat(set("shape.width=9", "shape.kind=round-box"))
                .as("in any order")
                .isEqualTo(new Box("red", 9, 3, null));
        assertThat(set("shape.kind=dot")).isEqualTo(new Dot());
    }

    @Test
    void layersMayChangeTheKindInTurns() throws IOException {
        Path box = file("shape: {kind: round-box, height: 1}");
        assertThat(ConfigReader.read(Drawing.class, CIRCLE, box, List.of()).shape())
                .isEqualTo(new Box("red", 4, 1, null));
        assertThat(ConfigReader.read(Drawing.class, CIRCLE, box, List.of("shape.kind=circle"))
                        .shape())
                .as("as if the file had said nothing of its kind")
                .isEqualTo(new Circle("red", 2.5));
        assertThatThrownBy(() -> ConfigReader.read(Drawing.class, CIRCLE, box, List.of("shape.radius=1")))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "shape.radius in setting shape.radius=1 is a key of kind circle, but shape.kind is round-box");
    }

    /** Naming the same kind once more changes nothing: a file without a preset must still be complete and right. */
    @Test
    void namingTheSameKindAgainAddsNoDefaults() throws IOException {
        Path partial = file("name: a\nothers: []\nshape: {kind: round-box, colour: red, width: 3}\n");
        assertThatThrownBy(() -> ConfigReader.read(Drawing.class, null, partial, List.of("shape.kind=round-box")))
                .hasMessageStartingWith("missing key shape.height in " + partial);
        Path wrong = file("name: a\nothers: []\nshape: {kind: dot, radius: 3}\n");
        assertThatThrownBy(() -> ConfigReader.read(Drawing.class, null, wrong, List.of("shape.kind=dot")))
                .hasMessage("shape.radius in " + wrong
                        + " line 3, column 20 is a key of kind circle, but shape.kind is dot");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    shape.kind=cirlce     | shape.kind must be one of circle, round-box, dot, not the text 'cirlce' \
                    in setting shape.kind=cirlce; did you mean circle?
                    shape.kind=x          | shape.kind must be one of circle, round-box, dot, not the text 'x' in \
                    setting shape.kind=x
                    shape.kind=           | shape.kind must be one of circle, round-box, dot, not null in setting \
                    shape.kind=
                    shape.width=3         | shape.width in setting shape.width=3 is a key of kind round-box, but \
                    shape.kind is circle
                    shape.raduis=3        | unknown key shape.raduis in setting shape.raduis=3; did you mean \
                    shape.radius?
                    shape.knid=dot        | unknown key shape.knid in setting shape.knid=dot; did you mean shape.kind?
                    shape.zzz=3           | unknown key shape.zzz in setting shape.zzz=3; valid are shape.kind, \
                    shape.colour, shape.radius
                    height=3              | unknown key height in setting height=3; did you mean shape.height?
                    shape=3               | shape must be a group of keys, not 3 in setting shape=3
                    others.0={colour: red}| missing key others.0.kind in setting others.0={colour: red}; it is one of \
                    circle, round-box, dot
                    """)
    void wrongSettingsOfAKindAreOneSentence(String setting, String message) {
        assertThatThrownBy(() -> set(setting)).isInstanceOf(UserException.class).hasMessage(message);
    }

    @Test
    void errorsOfARecordNameTheirPlace() {
        assertThatThrownBy(() -> set("shape.kind=round-box", "shape.height=9"))
                .hasMessage("shape is not valid: width must not be below height, set in setting shape.height=9");
    }

    @Test
    void aMissingKindIsNamed() throws IOException {
        Path file = file("name: a\nothers: []\nshape: {colour: red}\n");
        assertThatThrownBy(() -> ConfigReader.read(Drawing.class, null, file, List.of()))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "missing key shape.kind in " + file + " line 3, column 8; it is one of circle, round-box, dot");
    }

    sealed interface Unnamed permits Nameless {}

    record Nameless(int x) implements Unnamed {}

    record Holder(Unnamed inner) {}

    @Test
    void aKindWithoutANameIsAMistakeOfTheProgram() {
        assertThatThrownBy(() -> ConfigReader.read(Holder.class, null, null, List.of("inner.x=1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Nameless must be a record with an annotation @Kind");
    }

    @OpenKinds(Beep.class)
    interface Sound {}

    @Kind("beep")
    public record Beep() implements Sound {}

    @Kind("tone")
    public record Tone(int pitch) implements Sound {
        public Tone() {
            this(440);
        }
    }

    @Kind("hum")
    public record Hum() implements Sound {}

    @Kind("BEEP")
    public record OtherBeep() implements Sound {}

    record Track(Sound sound) {}

    /** Runs {@code action} with a class path that names these kinds of sounds too. */
    private <T> T withSounds(List<String> names, Supplier<T> action) throws IOException {
        Path services = Files.createDirectories(temp.resolve("META-INF/services"));
        Files.write(services.resolve(Sound.class.getName()), names);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {temp.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            return action.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void theClassPathAddsKindsToAnOpenSection() throws IOException {
        Track beep = new Track(new Beep());
        assertThat(Kinds.of(Sound.class)).containsExactly(Beep.class);
        assertThatThrownBy(() -> ConfigReader.with(beep, "sound.kind=tone"))
                .isInstanceOf(UserException.class)
                .hasMessage("sound.kind must be beep, not the text 'tone' in setting sound.kind=tone; others are"
                        + " found once the library that has them is on the class path");
        List<String> names = List.of(Tone.class.getName(), Hum.class.getName());
        assertThat(withSounds(names, () -> Kinds.of(Sound.class)))
                .as("its own first, then the others by name")
                .containsExactly(Beep.class, Hum.class, Tone.class);
        assertThat(withSounds(names, () -> Kinds.builtIn(Sound.class))).containsExactly(Beep.class);
        assertThat(withSounds(names, () -> ConfigReader.with(beep, "sound.kind=tone")))
                .isEqualTo(new Track(new Tone(440)));
        assertThat(withSounds(names, () -> ConfigReader.with(beep, "sound.kind=tone", "sound.pitch=220")))
                .isEqualTo(new Track(new Tone(220)));
    }

    @Test
    void aKindThatIsNotThereOrThereTwiceIsOneSentence() {
        assertThatThrownBy(() -> withSounds(List.of("no.Such"), () -> Kinds.of(Sound.class)))
                .isInstanceOf(UserException.class)
                .hasMessage("the class path names a kind that cannot be loaded (" + Sound.class.getName()
                        + ": Provider no.Such not found); mend or leave out the library that names it in"
                        + " META-INF/services");
        assertThatThrownBy(() -> withSounds(List.of(OtherBeep.class.getName()), () -> Kinds.of(Sound.class)))
                .isInstanceOf(UserException.class)
                .hasMessage("the kind BEEP is both " + Beep.class.getName() + " and " + OtherBeep.class.getName()
                        + "; leave the library of one of them out of the class path");
    }

    @Test
    void aCopyKeepsEverythingElse() {
        Drawing copy = ConfigReader.with(CIRCLE, "name=b");
        assertThat(copy).isEqualTo(new Drawing("b", CIRCLE.shape(), CIRCLE.others()));
        assertThat(ConfigReader.with(CIRCLE)).isEqualTo(CIRCLE);
        assertThatThrownBy(() -> ConfigReader.with(CIRCLE, "nmae=b"))
                .hasMessage("unknown key nmae in setting nmae=b; did you mean name?");
    }
}
