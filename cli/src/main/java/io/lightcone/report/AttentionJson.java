// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.model.AttentionView;
import io.lightcone.model.AttentionView.BranchView;
import io.lightcone.model.AttentionView.KeyFrame;
import java.util.List;

/** The JSON of what one token sees. */
public final class AttentionJson {
    private AttentionJson() {}

    private record AttentionViewJson(
            String preset, int layer, TokenGridJson clip, TokenJson query, List<SeenBranchJson> branches) {}

    private record TokenGridJson(int frames, int rows, int columns) {}

    private record TokenJson(int frame, int row, int column) {
        static TokenJson of(AttentionView.Place place) {
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
        static SeenBranchJson of(BranchView branch) {
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
        static KeyFrameJson of(KeyFrame frame) {
            return new KeyFrameJson(frame.frame(), frame.rows(), frame.columns());
        }
    }

    /** Returns {@code view} of a model that was made by {@code preset}, as JSON. */
    public static String of(String preset, AttentionView view) {
        return JsonOutput.of(new AttentionViewJson(
                preset,
                view.layer(),
                new TokenGridJson(
                        view.clip().frames(), view.clip().rows(), view.clip().columns()),
                TokenJson.of(view.query()),
                view.branches().stream().map(SeenBranchJson::of).toList()));
    }
}
