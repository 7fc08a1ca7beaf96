// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.model.ModelConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The search for the fastest way to compute the attention of the dense twin here, so that nothing is held against a dense
 * model that could be faster: each way runs once in one layer, forwards and backwards, after a run that does not count.
 *
 * @param tried all ways, at least one
 */
public record DenseSearch(List<Tried> tried) {
    /** A way, and what one run of it took. */
    public record Tried(Way way, double milliseconds) {}

    public DenseSearch {
        tried = List.copyOf(tried);
    }

    /** Searches. All layers of a dense model are the same, but {@code layer} names the weights. */
    static DenseSearch run(Setting setting, int layer, Numbers numbers, Watcher watcher) {
        ModelConfig dense = setting.config().model().dense();
        List<Way> ways = Way.dense(setting.grid());
        List<Tried> tried = new ArrayList<>();
        for (Way way : ways) {
            String what = "finding the best dense attention, " + numbers.words() + ": " + way.name();
            double done = (double) tried.size() / ways.size();
            watcher.next(what, done);
            try (Sublayer sublayer = new Sublayer(setting, dense, layer, numbers, way)) {
                Race.time(sublayer::thereAndBack, setting.device());
                watcher.next(what, done);
                tried.add(new Tried(way, Race.time(sublayer::thereAndBack, setting.device())));
            }
        }
        return new DenseSearch(tried);
    }

    /** The fastest. */
    public Way best() {
        return tried.stream()
                .min(Comparator.comparing(Tried::milliseconds))
                .orElseThrow()
                .way();
    }
}
