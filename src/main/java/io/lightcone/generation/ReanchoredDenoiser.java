// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/**
 * Begins anew after every so many frames: all that was made of the past is forgotten, and made again of the first frames of the
 * video and the last ones, as if these had just been given. It remembers these frames as they were shown.
 */
public final class ReanchoredDenoiser implements CausalDenoiser {
    private final Supplier<CausalDenoiser> fresh;
    private final int every;
    private final int anchors;
    private final int last;
    private final List<Shown> first = new ArrayList<>();
    private final Deque<Shown> recent = new ArrayDeque<>();
    private CausalDenoiser denoiser;
    private int since;

    /** A finished frame as it is shown: [B, 1, C, H, W] and [B, 1], owned here. */
    private record Shown(int number, Tensor x, Tensor level) {
        static Shown of(int number, Tensor x, Tensor level) {
            return new Shown(number, Scopes.unscoped(() -> x.clone()), Scopes.unscoped(() -> level.clone()));
        }

        void close() {
            x.close();
            level.close();
        }
    }

    /**
     * Before the first frame.
     *
     * @param fresh makes denoisers that remember nothing
     * @param every frames between two beginnings
     * @param anchors first frames of the video that are shown again
     * @param last frames that are, at least 1
     */
    public ReanchoredDenoiser(Supplier<CausalDenoiser> fresh, int every, int anchors, int last) {
        this.fresh = fresh;
        this.every = every;
        this.anchors = anchors;
        this.last = last;
        this.denoiser = fresh.get();
    }

    @Override
    public Tensor predict(int first, Tensor x_BTCHW, Tensor level_BT) {
        return denoiser.predict(first, x_BTCHW, level_BT);
    }

    @Override
    public void remember(int number, Tensor x_BTCHW, Tensor level_BT) {
        denoiser.remember(number, x_BTCHW, level_BT);
        for (int t = 0; t < x_BTCHW.size(1); t++) {
            keep(Shown.of(number + t, x_BTCHW.narrow(1, t, 1), level_BT.narrow(1, t, 1)));
            since++;
        }
        if (since >= every) {
            denoiser.close();
            denoiser = fresh.get();
            first.forEach(this::show);
            recent.forEach(this::show);
            since = 0;
        }
    }

    private void keep(Shown frame) {
        if (first.size() < anchors) {
            first.add(frame);
            return;
        }
        recent.addLast(frame);
        if (recent.size() > last) {
            recent.removeFirst().close();
        }
    }

    private void show(Shown frame) {
        denoiser.remember(frame.number, frame.x, frame.level);
    }

    @Override
    public void save(Snapshot to) {
        to.put("counts", since, first.size(), recent.size());
        int number = 0;
        for (Shown frame : all()) {
            Snapshot part = to.part("frames", number++);
            part.put("number", frame.number);
            part.put("x", frame.x);
            part.put("level", frame.level);
        }
        denoiser.save(to.part("inner"));
    }

    @Override
    public void load(Snapshot from) {
        forget();
        long[] counts = from.numbers("counts");
        since = (int) counts[0];
        for (int i = 0; i < counts[1] + counts[2]; i++) {
            Snapshot part = from.part("frames", i);
            Shown frame = Shown.of((int) part.number("number"), part.tensor("x"), part.tensor("level"));
            if (i < counts[1]) {
                first.add(frame);
            } else {
                recent.addLast(frame);
            }
        }
        denoiser.load(from.part("inner"));
    }

    private List<Shown> all() {
        List<Shown> all = new ArrayList<>(first);
        all.addAll(recent);
        return all;
    }

    private void forget() {
        all().forEach(Shown::close);
        first.clear();
        recent.clear();
    }

    @Override
    public void close() {
        denoiser.close();
        forget();
    }
}
