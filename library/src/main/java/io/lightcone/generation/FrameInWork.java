// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A frame that has begun and is not finished, with as many of its last updates as its stepper uses: tensors of [B, 1,
 * C, H, W], owned here.
 */
final class FrameInWork implements AutoCloseable {
    private final int index;
    private final Tensor x;
    private final List<Tensor> x0Before = new ArrayList<>();
    private final double[] levelBefore;

    /**
     * Creates a frame that has had no update.
     *
     * @param index number of the frame in the video
     * @param noise the noise that the frame begins as, which it then owns
     * @param past how many of its last updates are kept
     */
    FrameInWork(int index, Tensor noise, int past) {
        this.index = index;
        this.x = noise;
        this.levelBefore = new double[past];
        Arrays.fill(levelBefore, Double.NaN);
        for (int i = 0; i < past; i++) {
            x0Before.add(Scopes.unscoped(() -> torch.zeros_like(noise)));
        }
    }

    int index() {
        return index;
    }

    Tensor x() {
        return x;
    }

    /** Returns the estimate of the clean frame at the last update but {@code i}; zeros if there was none. */
    Tensor x0Before(int i) {
        return x0Before.get(i);
    }

    /** Returns the level from which the last update but {@code i} moved the frame; NaN if there was none. */
    double levelBefore(int i) {
        return levelBefore[i];
    }

    /** Updates the frame, which was at {@code level} and was estimated as {@code x0}. */
    void update(Tensor updated, Tensor x0, double level) {
        x.copy_(updated);
        if (x0Before.isEmpty()) {
            return;
        }
        Collections.rotate(x0Before, 1); // the oldest makes room for the newest
        System.arraycopy(levelBefore, 0, levelBefore, 1, levelBefore.length - 1);
        x0Before.get(0).copy_(x0);
        levelBefore[0] = level;
    }

    void save(Snapshot to) {
        to.put("index", index);
        to.put("x", x);
        for (int i = 0; i < levelBefore.length; i++) {
            to.put(name("x0Before", i), x0Before.get(i));
            to.put(name("levelBefore", i), Double.doubleToLongBits(levelBefore[i]));
        }
    }

    /** Restores a frame that was saved with at least {@code past} of its last updates. */
    static FrameInWork load(Snapshot from, int past) {
        FrameInWork frame = new FrameInWork(
                Math.toIntExact(from.number("index")),
                Scopes.unscoped(() -> from.tensor("x").clone()),
                past);
        Scopes.runWithoutGrad(() -> {
            for (int i = 0; i < past; i++) {
                frame.x0Before.get(i).copy_(from.tensor(name("x0Before", i)));
                frame.levelBefore[i] = Double.longBitsToDouble(from.number(name("levelBefore", i)));
            }
        });
        return frame;
    }

    /**
     * Returns the name of a saved value. That of the last update is as it was when no other was kept, so that older
     * files can be read.
     */
    private static String name(String what, int i) {
        return i == 0 ? what : what + "." + i;
    }

    @Override
    public void close() {
        x.close();
        x0Before.forEach(Tensor::close);
    }
}
