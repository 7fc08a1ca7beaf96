// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import java.util.List;

/**
 * A model of a world that has been judged with one number of updates per frame.
 *
 * @param name name in tables
 * @param updates updates per frame; 0 for true frames
 * @param sampling settings of its roll-outs alone
 * @param steps steps that it was trained
 * @param minutes minutes that it was to be trained; 0 for no limit of time
 * @param quality what the judge found
 */
public record JudgedModel(
        String name, int updates, List<String> sampling, long steps, double minutes, WorldQuality quality) {
    public JudgedModel {
        sampling = List.copyOf(sampling);
    }

    /** Returns true frames as a model that could not be better. */
    public static JudgedModel truth(WorldQuality quality) {
        return new JudgedModel("true frames", 0, List.of(), 0, 0, quality);
    }

    /** Returns name and updates, as tables show them. */
    public String label() {
        return updates == 0 ? name : name + ", " + updates + (updates == 1 ? " update" : " updates");
    }
}
