// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.tensor.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/**
 * A denoiser that clears its memory after every so many frames and builds it anew from the first frames of the video
 * and the last ones, as if these had just been given. It keeps copies of these frames as they were shown.
 */
public final class ReanchoredDenoiser implements CausalDenoiser {
    private final Supplier<CausalDenoiser> fresh;
    private final int every;
    private final int anchors;
    private final int last;
    private final List<ContextFrame> first = new ArrayList<>();
    private final Deque<ContextFrame> recent = new ArrayDeque<>();
    private CausalDenoiser denoiser;
    private int since;

    /**
     * Creates a denoiser that has seen no frame yet.
     *
     * @param fresh creates denoisers that remember nothing
     * @param every frames after which memory is built anew
     * @param anchors how many first frames of the video are shown again
     * @param last how many last frames are shown again, at least 1
     */
    public ReanchoredDenoiser(Supplier<CausalDenoiser> fresh, int every, int anchors, int last) {
        this.fresh = fresh;
        this.every = every;
        this.anchors = anchors;
        this.last = last;
        this.denoiser = fresh.get();
    }

    @Override
    public Tensor predict(int first, Tensor x_BTCHW, Tensor level_BT, Tensor step_BT) {
        return denoiser.predict(first, x_BTCHW, level_BT, step_BT);
    }

    @Override
    public void remember(int number, Tensor x_BTCHW, Tensor level_BT) {
        denoiser.remember(number, x_BTCHW, level_BT);
        for (int t = 0; t < x_BTCHW.size(1); t++) {
            keep(ContextFrame.copy(number, t, x_BTCHW, level_BT));
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

    private void keep(ContextFrame frame) {
        if (first.size() < anchors) {
            first.add(frame);
            return;
        }
        recent.addLast(frame);
        if (recent.size() > last) {
            recent.removeFirst().close();
        }
    }

    private void show(ContextFrame frame) {
        denoiser.remember(frame.number(), frame.x_B1CHW(), frame.level_B1());
    }

    @Override
    public void save(Snapshot to) {
        to.put("counts", since, first.size(), recent.size());
        int number = 0;
        for (ContextFrame frame : all()) {
            frame.save(to.part("frames", number++));
        }
        denoiser.save(to.part("inner"));
    }

    @Override
    public void load(Snapshot from) {
        forget();
        long[] counts = from.numbers("counts");
        since = (int) counts[0];
        for (int i = 0; i < counts[1] + counts[2]; i++) {
            ContextFrame frame = ContextFrame.load(from.part("frames", i));
            if (i < counts[1]) {
                first.add(frame);
            } else {
                recent.addLast(frame);
            }
        }
        denoiser.load(from.part("inner"));
    }

    private List<ContextFrame> all() {
        List<ContextFrame> all = new ArrayList<>(first);
        all.addAll(recent);
        return all;
    }

    private void forget() {
        all().forEach(ContextFrame::close);
        first.clear();
        recent.clear();
    }

    @Override
    public void close() {
        denoiser.close();
        forget();
    }
}
