// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.run.RunModel;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The state of a live video between two images, in memory: what the images to come depend on, apart from the model. A
 * video goes back to it with {@link LiveVideo#restore}, as often as one likes, and other videos begin at it with
 * {@link LiveModel#begin(LiveState)}.
 *
 * <p>It has about the size of the video's own memory, on the same device, whatever the length of the video, besides
 * some bytes per frame for the actions. It owns that memory: close it, from any thread. It outlives its video, and may
 * outlive its model, but is of use with no other.
 */
public final class LiveState implements AutoCloseable {
    private final RunModel model;
    private final int given;
    private final VideoInProgress.Request request;
    private final int frames;
    private final Map<String, Tensor> tensors;
    private final long bytes;
    private boolean closed;

    /**
     * Copies a state.
     *
     * @param given frames that the video was given when it began
     * @param request what is requested of it now
     * @param frames that it has returned
     * @param snapshot of its roll-out, which stays as it is
     */
    LiveState(RunModel model, int given, VideoInProgress.Request request, int frames, Snapshot snapshot) {
        this.model = model;
        this.given = given;
        this.request = request;
        this.frames = frames;
        this.tensors = copies(snapshot);
        this.bytes = tensors.values().stream().mapToLong(Tensor::nbytes).sum();
    }

    private static Map<String, Tensor> copies(Snapshot snapshot) {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        try (ResourceStack created = new ResourceStack()) {
            snapshot.tensors()
                    .forEach((name, tensor) -> copies.put(name, created.add(Scopes.unscoped(() -> tensor.clone()))));
            created.keep();
        }
        return copies;
    }

    /** Returns how many images the video had by then, given ones included. */
    public int frames() {
        return frames;
    }

    /** Returns the bytes of native memory that this state owns until it is closed. */
    public long bytes() {
        return bytes;
    }

    /**
     * Begins a video at this state.
     *
     * @param wanted the model that shall generate it
     * @return for the caller to close
     * @throws IllegalStateException if the state is closed
     * @throws IllegalArgumentException if it is of another model
     */
    synchronized VideoInProgress begin(RunModel wanted) {
        if (closed) {
            throw new IllegalStateException("the state is closed; keep it open as long as it may be restored");
        }
        if (wanted != model) {
            throw new IllegalArgumentException("the state is of a video of another model; open states with their own");
        }
        return VideoInProgress.resume(model, given, request, Snapshot.of(tensors));
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            tensors.values().forEach(Tensor::close);
            tensors.clear();
        }
    }
}
