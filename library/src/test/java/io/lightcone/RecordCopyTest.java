// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests that a copy of a record differs in the named components and in nothing else. */
class RecordCopyTest {
    private record House(
            String name, int floors, long area, @Nullable String owner, List<String> rooms) {
        House {
            rooms = List.copyOf(rooms);
            if (floors > area) {
                throw new IllegalArgumentException("floors must not exceed the area of " + area);
            }
        }

        String title() {
            return "house " + name;
        }
    }

    private record Shed(String name) {}

    private static final House HOUSE = new House("a", 2, 80, null, List.of("kitchen"));

    @Test
    void namedComponentsAreReplacedAndAllOthersStay() {
        assertThat(RecordCopy.of(HOUSE).build()).isEqualTo(HOUSE);
        assertThat(RecordCopy.of(HOUSE).with(House::floors, 3).build())
                .isEqualTo(new House("a", 3, 80, null, List.of("kitchen")));
        assertThat(RecordCopy.of(HOUSE)
                        .with(House::owner, "b")
                        .with(House::rooms, List.of())
                        .build())
                .isEqualTo(new House("a", 2, 80, "b", List.of()));
        assertThat(HOUSE).isEqualTo(new House("a", 2, 80, null, List.of("kitchen")));
    }

    @Test
    void aWholeNumberFitsALongComponent() {
        assertThat(RecordCopy.of(HOUSE).with(House::area, 90).build().area()).isEqualTo(90);
    }

    /** Several components can be changed that would contradict each other after the first change alone. */
    @Test
    void theConstructorChecksTheWholeCopyOnly() {
        House tower = RecordCopy.of(HOUSE)
                .with(House::floors, 100)
                .with(House::area, 500L)
                .build();
        assertThat(tower).isEqualTo(new House("a", 100, 500, null, List.of("kitchen")));
        assertThatThrownBy(() -> RecordCopy.of(HOUSE).with(House::floors, 81).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("floors must not exceed the area of 80");
    }

    @Test
    void onlyReferencesToAccessorsNameAComponent() {
        assertThatThrownBy(() -> RecordCopy.of(HOUSE).with(House::title, "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("House has no component title");
        assertThatThrownBy(() -> RecordCopy.of(HOUSE).with(house -> house.name(), "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("House has no component lambda$");
        RecordCopy.Accessor<Shed, String> byHand = new RecordCopy.Accessor<>() {
            private static final long serialVersionUID = 1;

            @Override
            public String get(Shed shed) {
                return shed.name();
            }
        };
        assertThatThrownBy(() -> RecordCopy.of(new Shed("a")).with(byHand, "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an accessor must be a method reference");
    }

    @Test
    void aValueOfAnotherTypeIsRefused() {
        assertThatThrownBy(
                        () -> RecordCopy.of(HOUSE).with(House::floors, "three").build())
                .isInstanceOf(IllegalArgumentException.class);
    }
}
