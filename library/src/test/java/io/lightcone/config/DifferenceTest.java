// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests that two configurations differ in the keys whose values differ, and in no others. */
class DifferenceTest {
    sealed interface Roof {}

    @Kind("flat")
    record Flat(int area) implements Roof {
        static Flat defaults() {
            return new Flat(1);
        }
    }

    @Kind("gable")
    record Gable(int area, double angle) implements Roof {
        static Gable defaults() {
            return new Gable(1, 45);
        }
    }

    enum Colour {
        DARK_RED,
        WHITE
    }

    record Room(String name, int windows) {}

    record House(
            Colour colour,
            Roof roof,
            List<Room> rooms,
            List<String> owners,
            @Nullable String note) {}

    private static final House HOUSE = new House(
            Colour.WHITE, new Flat(80), List.of(new Room("hall", 1), new Room("loft", 2)), List.of("a b", "c"), null);

    private static List<String> differences(String... settings) {
        return Difference.between(HOUSE, ConfigReader.with(HOUSE, settings)).stream()
                .map(each -> each.key() + ": " + each.first() + ", " + each.second())
                .toList();
    }

    @Test
    void eachKeyIsNamedWithBothValues() {
        assertThat(differences()).isEmpty();
        assertThat(differences("note=x", "colour=dark_red", "roof.area=90", "rooms.1.windows=3", "owners.0=d"))
                .containsExactly(
                        "colour: white, dark_red",
                        "roof.area: 80, 90",
                        "rooms.1.windows: 2, 3",
                        "owners.0: \"a b\", d",
                        "note: null, x");
    }

    @Test
    void ofSectionsOfOtherKindsAndListsOfOtherLengthsOnlyThatIsNamed() {
        assertThat(differences("roof.kind=gable")).containsExactly("roof.kind: flat, gable");
        assertThat(differences("rooms=[]")).containsExactly("rooms: a list of 2, []");
        assertThat(differences("owners=[c]")).containsExactly("owners: [\"a b\", c], [c]");
    }
}
