// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.UserException;
import io.lightcone.training.RunConfig;

/**
 * One of the trainings that are compared.
 *
 * @param name that tables and folders call it by
 * @param config everything about it
 */
public record Contender(String name, RunConfig config) {
    /**
     * Requires, before it is trained for long, that it can generate.
     *
     * @param frames behind the given ones
     * @throws UserException if frames would stay unfinished
     */
    void requireRoom(int frames) {
        int given = config.sampling().given();
        try {
            config.sampling()
                    .plan(given + frames, given)
                    .requireFits(config.training().frames());
        } catch (IllegalArgumentException e) {
            throw new UserException(name + " could not generate " + frames + " frames: " + e.getMessage(), e);
        }
    }
}
