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
import org.bytedeco.pytorch.global.torch;

/**
 * A denoiser that remembers finished frames as they are and computes them anew at every call: as many of them as fit
 * before the frames in work into the window that the model was trained on. It needs nothing of a model but to predict a
 * clip, and is the reference for frame caches: over no more frames than the window holds, both predict the same.
 */
public final class WindowDenoiser implements CausalDenoiser {
    private final ClipDenoiser denoiser;
    private final int window;
    private final Deque<ContextFrame> past = new ArrayDeque<>();

    /**
     * Creates a denoiser that has seen no frame yet.
     *
     * @param window frames that the model sees at once, the ones in work included
     */
    public WindowDenoiser(ClipDenoiser denoiser, int window) {
        this.denoiser = denoiser;
        this.window = window;
    }

    @Override
    public Tensor predict(int first, Tensor x_BTCHW, Tensor level_BT, Tensor step_BT) {
        long inWork = x_BTCHW.size(1);
        if (inWork > window) {
            throw new IllegalArgumentException(
                    "the model sees " + window + " frames at once, which is fewer than the " + inWork + " in work");
        }
        return Scopes.scoped(() -> {
            List<Tensor> frames = new ArrayList<>();
            List<Tensor> levels = new ArrayList<>();
            List<Tensor> steps = new ArrayList<>();
            past.stream().skip(Math.max(0, past.size() + inWork - window)).forEach(frame -> {
                frames.add(frame.x_B1CHW());
                levels.add(frame.level_B1());
                steps.add(torch.zeros_like(frame.level_B1()));
            });
            int before = frames.size();
            frames.add(x_BTCHW);
            levels.add(level_BT);
            steps.add(step_BT);
            return denoiser.predict(first - before, together(frames), together(levels), together(steps))
                    .narrow(1, before, inWork);
        });
    }

    private static Tensor together(List<Tensor> frames) {
        return Tensors.cat(1, frames.toArray(Tensor[]::new));
    }

    @Override
    public void remember(int first, Tensor x_BTCHW, Tensor level_BT) {
        for (int i = 0; i < x_BTCHW.size(1); i++) {
            past.add(ContextFrame.copy(first, i, x_BTCHW, level_BT));
            if (past.size() > window) {
                past.removeFirst().close();
            }
        }
    }

    @Override
    public void save(Snapshot to) {
        to.put("frames", past.size());
        int number = 0;
        for (ContextFrame frame : past) {
            frame.save(to.part("frames", number++));
        }
    }

    @Override
    public void load(Snapshot from) {
        close();
        for (int number = 0; number < from.number("frames"); number++) {
            past.add(ContextFrame.load(from.part("frames", number)));
        }
    }

    @Override
    public void close() {
        past.forEach(ContextFrame::close);
        past.clear();
    }
}
