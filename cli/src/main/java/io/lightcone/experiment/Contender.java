// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.UserException;
import io.lightcone.run.RunConfig;
import java.util.List;

/**
 * One of the trainings that are compared.
 *
 * @param name that tables and folders call it by
 * @param config everything about it
 * @param ways how it then generates; none for as the configuration says
 */
public record Contender(String name, RunConfig config, List<Way> ways) {
    public Contender {
        ways = List.copyOf(ways);
    }

    /**
     * Requires, before it is trained for long, that it can generate.
     *
     * @param frames behind the given ones
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
