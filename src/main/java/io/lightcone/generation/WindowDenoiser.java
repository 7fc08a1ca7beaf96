// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Remembers finished frames as they are, and computes them anew at every call: as many of them as fit before the frames in
 * work into the window that the model was trained on. It needs nothing of a model but to predict a clip, and sets the standard
 * that frame caches are held against: over no more frames than the window holds, both predict the same.
 */
public final class WindowDenoiser implements CausalDenoiser {
    private final ClipDenoiser denoiser;
    private final int window;
    private final Deque<Frame> past = new ArrayDeque<>();

    /** A finished frame as it is shown: [B, 1, C, H, W] and [B, 1], owned here. */
    private record Frame(Tensor x, Tensor level) {
        void close() {
            x.close();
            level.close();
        }
    }

    /**
     * Before the first frame.
     *
     * @param window frames that the model sees at once, the ones in work included
     */
    public WindowDenoiser(ClipDenoiser denoiser, int window) {
        this.denoiser = denoiser;
        this.window = window;
    }

    @Override
    public Tensor predict(int first, Tensor x_BTCHW, Tensor level_BT) {
        long inWork = x_BTCHW.size(1);
        if (inWork > window) {
            throw new IllegalArgumentException(
                    "the model sees " + window + " frames at once, which is fewer than the " + inWork + " in work");
        }
        return Scopes.scoped(() -> {
            List<Tensor> frames = new ArrayList<>();
            List<Tensor> levels = new ArrayList<>();
            past.stream().skip(Math.max(0, past.size() + inWork - window)).forEach(frame -> {
                frames.add(frame.x);
                levels.add(frame.level);
            });
            int before = frames.size();
            frames.add(x_BTCHW);
            levels.add(level_BT);
            Tensor all_BTCHW = Tensors.cat(1, frames.toArray(Tensor[]::new));
            return denoiser.predict(first - before, all_BTCHW, Tensors.cat(1, levels.toArray(Tensor[]::new)))
                    .narrow(1, before, inWork);
        });
    }

    @Override
    public void remember(int first, Tensor x_BTCHW, Tensor level_BT) {
        for (int i = 0; i < x_BTCHW.size(1); i++) {
            int frame = i;
            add(x_BTCHW.narrow(1, frame, 1), level_BT.narrow(1, frame, 1));
            if (past.size() > window) {
                past.removeFirst().close();
            }
        }
    }

    private void add(Tensor x_B1CHW, Tensor level_B1) {
        past.add(new Frame(Scopes.unscoped(() -> x_B1CHW.clone()), Scopes.unscoped(() -> level_B1.clone())));
    }

    @Override
    public void save(Snapshot to) {
        to.put("frames", past.size());
        int number = 0;
        for (Frame frame : past) {
            to.part("frames", number).put("x", frame.x);
            to.part("frames", number).put("level", frame.level);
            number++;
        }
    }

    @Override
    public void load(Snapshot from) {
        close();
        for (int number = 0; number < from.number("frames"); number++) {
            Snapshot frame = from.part("frames", number);
            add(frame.tensor("x"), frame.tensor("level"));
        }
    }

    @Override
    public void close() {
        past.forEach(Frame::close);
        past.clear();
    }
}
