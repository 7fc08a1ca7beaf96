// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.data.DataConfig;
import java.nio.file.Path;
import java.util.Map;

/** The configuration of a run, as far as all runs have the same, whatever they train. */
public interface TrainableConfig {
    /** Returns the name of the preset that the run started from. */
    String preset();

    /** Returns what the run watches. */
    DataConfig data();

    /** Returns the files and folders that the run reads, by their keys, such as {@code data.source}. */
    Map<String, Path> places();

    /** Returns what the training loop reads of the section {@code training}. */
    LoopConfig training();

    /** Returns into how many parts, which can be computed at the same time, a training step falls at most. */
    int parts();

    /** Returns the text of a saved configuration: its YAML, after the number of the format. */
    String yaml();
}
