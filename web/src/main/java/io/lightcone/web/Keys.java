// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which keys stand for which actions: those of directions by their names, and the digits for all others. */
final class Keys {
    private static final List<String> IDLE = List.of("stay", "noop", "none", "idle", "wait");
    private static final Map<String, List<String>> KEYS = Map.of(
            "up", List.of("w", "ArrowUp"),
            "forward", List.of("w", "ArrowUp"),
            "north", List.of("w", "ArrowUp"),
            "down", List.of("s", "ArrowDown"),
            "back", List.of("s", "ArrowDown"),
            "south", List.of("s", "ArrowDown"),
            "left", List.of("a", "ArrowLeft"),
            "west", List.of("a", "ArrowLeft"),
            "right", List.of("d", "ArrowRight"),
            "east", List.of("d", "ArrowRight"));
    private static final int DIGITS = 9;

    private final List<String> actions;
    private final Map<String, String> bindings = new LinkedHashMap<>();

    private Keys(List<String> actions) {
        this.actions = actions;
        int idle = idle();
        int digit = 1;
        for (int action = 0; action < actions.size(); action++) {
            String name = actions.get(action);
            List<String> keys = KEYS.getOrDefault(name, List.of());
            if (!keys.isEmpty() && !bindings.containsKey(keys.get(0))) {
                keys.forEach(key -> bindings.put(key, name));
            } else if (action != idle && digit <= DIGITS) {
                bindings.put(String.valueOf(digit++), name);
            }
        }
    }

    static Keys of(List<String> actions) {
        return new Keys(actions);
    }

    /** Returns the action that each key stands for. */
    Map<String, String> bindings() {
        return bindings;
    }

    /** Returns the number of the action of a key, or {@link Dream#NO_ACTION}. */
    int action(String key) {
        return actions.indexOf(bindings.getOrDefault(key, ""));
    }

    /**
     * Returns the number of the action of a player who presses nothing; {@link Dream#NO_ACTION} if the last one holds
     * on then, because there is none that does nothing.
     */
    int idle() {
        return IDLE.stream()
                .mapToInt(actions::indexOf)
                .filter(action -> action >= 0)
                .findFirst()
                .orElse(Dream.NO_ACTION);
    }
}
