// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.UserException;
import io.lightcone.run.RunConfig;
import java.util.List;

/**
 * One of the models that an experiment trains and compares.
 *
 * @param name name of its folder and in tables
 * @param config configuration of its training
 * @param variants how it then generates; none for as the configuration says
 */
public record CandidateModel(String name, RunConfig config, List<SamplingVariant> variants) {
    public CandidateModel {
        variants = List.copyOf(variants);
    }

    /**
     * Checks, before the model is trained for long, that it can generate that many frames.
     *
     * @param frames frames behind the given ones
     * @throws UserException if frames would stay unfinished
     */
    void requireRoom(int frames) {
        int given = config.sampling().given();
        try {
            config.plan(given + frames, given);
        } catch (IllegalArgumentException e) {
            throw new UserException(name + " could not generate " + frames + " frames: " + e.getMessage(), e);
        }
    }
}
