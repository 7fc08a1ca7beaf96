// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import java.util.List;

/**
 * Of contestants that ran in turns.
 *
 * @param ceilings large matrix products, which ran among them
 * @param groups lines that can be compared
 */
public record Result(List<Line> ceilings, List<Group> groups) {
    /**
     * Lines that can be compared.
     *
     * @param notes what a reader should know of them
     */
    public record Group(String name, List<Line> lines, List<String> notes) {
        public Group {
            lines = List.copyOf(lines);
            notes = List.copyOf(notes);
        }
    }

    public Result {
        ceilings = List.copyOf(ceilings);
        groups = List.copyOf(groups);
    }

    Result noting(String note) {
        return new Result(
                ceilings,
                groups.stream()
                        .map(group -> new Group(group.name, group.lines, List.of(note)))
                        .toList());
    }
}
