// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of text whose columns are as wide as they need to be: the first is aligned to the left, all others to the
 * right.
 */
final class TextTable {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /** Adds a row, which may have fewer cells than others, and returns this table. */
    TextTable row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    /** Prints all rows. */
    void print(PrintWriter out) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                String space = " ".repeat(widths[column] - cell.length());
                line.append(column == 0 ? cell + space : GAP + space + cell);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
