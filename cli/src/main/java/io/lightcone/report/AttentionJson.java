// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.attention.Neighbourhood.Token;
import io.lightcone.model.ReceptiveField;
import io.lightcone.model.ReceptiveField.BranchField;
import io.lightcone.model.ReceptiveField.KeyCells;
import java.util.List;

/** The JSON of what one token sees. */
public final class AttentionJson {
    private AttentionJson() {}

    private record ReceptiveFieldJson(
            String preset, int layer, TokenGridJson clip, TokenJson query, List<SeenBranchJson> branches) {}

    private record TokenGridJson(int frames, int rows, int columns) {}

    private record TokenJson(int frame, int row, int column) {
        static TokenJson of(Token place) {
            return new TokenJson(place.frame(), place.row(), place.column());
        }
    }

    private record SeenBranchJson(
            String summary,
            int heads,
            int down,
            int rows,
            int columns,
            TokenJson query,
            long keys,
            List<KeyFrameJson> frames) {
        static SeenBranchJson of(BranchField branch) {
            return new SeenBranchJson(
                    branch.summary(),
                    branch.heads(),
                    branch.down(),
                    branch.rows(),
                    branch.columns(),
                    TokenJson.of(branch.query()),
                    branch.keys(),
                    branch.frames().stream().map(KeyFrameJson::of).toList());
        }
    }

    private record KeyFrameJson(int frame, List<Integer> rows, List<Integer> columns) {
        static KeyFrameJson of(KeyCells frame) {
            return new KeyFrameJson(frame.frame(), frame.rows(), frame.columns());
        }
    }

    /** Returns {@code view} of a model that was made by {@code preset}, as JSON. */
    public static String of(String preset, ReceptiveField view) {
        return JsonOutput.of(new ReceptiveFieldJson(
                preset,
                view.layer(),
                new TokenGridJson(
                        view.clip().frames(), view.clip().height(), view.clip().width()),
                TokenJson.of(view.query()),
                view.branches().stream().map(SeenBranchJson::of).toList()));
    }
}
