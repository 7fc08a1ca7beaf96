// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.codec.Codec;
import io.lightcone.codec.LatentLayout;
import io.lightcone.codec.StreamingDecoder;
import io.lightcone.generation.RollOut;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Timeline;
import io.lightcone.video.Clip;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A roll-out whose results are pictures, one after the other, though a latent frame may be several. It owns the
 * roll-out and the decoder, and keeps few of the pictures that have been returned, or none. It serves one thread at a
 * time, but for {@link #handed}.
 *
 * <p>Shapes: P pictures, B videos, H W pixels, C channels.
 */
public final class PictureRollOut implements AutoCloseable {
    private static final String DECODER = "decoder";
    private static final String DECODED = "pictures";
    private static final String RETURNED = "returned";

    private final Codec codec;
    private final LatentLayout latents;
    private final RollOut rollOut;
    private final StreamingDecoder decoder;
    /** The pictures that are decoded and have not been returned: each a picture of every video. */
    private final Deque<List<Clip>> decoded = new ArrayDeque<>();
    /** The last pictures that have been returned or given, as many as later ones are encoded behind. */
    private final Deque<List<Clip>> returned = new ArrayDeque<>();

    private volatile int handed;

    private PictureRollOut(Codec codec, RollOut rollOut) {
        this.codec = codec;
        this.latents = codec.layout();
        this.rollOut = rollOut;
        this.decoder = codec.decoder();
    }

    /**
     * Begins with the first picture that is not given.
     *
     * @param rollOut the roll-out of latent frames; this closes it, even if this fails
     * @param given the clip that each video begins with; none if they begin without
     * @param given_BTCHW the latent frames that the codec makes of these, which the roll-out has been given; null for
     *     none
     */
    public static PictureRollOut begin(Codec codec, RollOut rollOut, List<Clip> given, @Nullable Tensor given_BTCHW) {
        return begun(codec, rollOut, pictures -> {
            if (given_BTCHW != null) {
                pictures.decoder.skip(given_BTCHW);
                pictures.keepLast(given);
            }
        });
    }

    private void keepLast(List<Clip> given) {
        int frames = given.get(0).frames();
        for (int f = Math.max(0, frames - kept()); f < frames; f++) {
            keep(picture(given, f));
        }
    }

    private static List<Clip> picture(List<Clip> clips, int frame) {
        return clips.stream()
                .map(clip -> clip.frames() == 1 ? clip : clip.slice(frame, 1))
                .toList();
    }

    /**
     * Resumes a roll-out that was saved by {@link #save}.
     *
     * @param rollOut the roll-out of latent frames, resumed from the same snapshot; this closes it, even if this fails
     * @throws IllegalArgumentException if it was saved with another kind of codec
     */
    public static PictureRollOut resume(Codec codec, RollOut rollOut, Snapshot from) {
        return begun(codec, rollOut, pictures -> {
            pictures.decoder.load(from.part(DECODER));
            if (from.has(DECODED)) {
                pictures.decoded.addAll(pictures(from.tensor(DECODED)));
            }
            if (from.has(RETURNED)) {
                pictures.returned.addAll(pictures(from.tensor(RETURNED)));
            }
        });
    }

    @FunctionalInterface
    private interface Beginning {
        void of(PictureRollOut pictures);
    }

    private static PictureRollOut begun(Codec codec, RollOut rollOut, Beginning beginning) {
        PictureRollOut pictures = null;
        try {
            pictures = new PictureRollOut(codec, rollOut);
            beginning.of(pictures);
            pictures.count();
            return pictures;
        } catch (RuntimeException | Error e) {
            if (pictures != null) {
                pictures.decoder.close();
            }
            rollOut.close();
            throw e;
        }
    }

    private void count() {
        handed = latents.pictures(rollOut.handed()) - decoded.size();
    }

    /**
     * Returns the next picture of each video, as clips of one frame.
     *
     * @throws io.lightcone.UserException if what the model has generated does not consist of finite numbers
     * @throws IllegalStateException if it is closed, or the roll-out has failed
     */
    public List<Clip> next() {
        if (decoded.isEmpty()) {
            Scopes.run(this::decode);
        }
        List<Clip> next = decoded.removeFirst();
        keep(next);
        count();
        return next;
    }

    private void decode() {
        Tensor latent_B1CHW = rollOut.next();
        List<Clip> clips;
        try (Timeline.Span span = Timeline.span("decoding pictures")) {
            clips = decoder.next(latent_B1CHW);
        } catch (RuntimeException | Error e) {
            rollOut.putBack(latent_B1CHW);
            throw e;
        }
        for (int f = 0; f < clips.get(0).frames(); f++) {
            decoded.addLast(picture(clips, f));
        }
    }

    /**
     * Takes back the picture that was returned last, which the caller could not use, so that {@link #next} returns it
     * again.
     */
    public void putBack(List<Clip> picture) {
        decoded.addFirst(List.copyOf(picture));
        returned.pollLast();
        count();
    }

    /** Returns how many pictures of each video have been returned, given ones included. */
    public int handed() {
        return handed;
    }

    /**
     * Returns how many pictures are finished, as far as the model is concerned: those returned, and those that wait for
     * it.
     */
    public int finished() {
        return latents.pictures(rollOut.finished());
    }

    /**
     * Returns how many pictures are finished and wait to be returned: those of a finished block, or of a latent frame
     * of several pictures.
     */
    public int waiting() {
        return finished() - handed;
    }

    /** Returns how many updates a latent frame has that begins now. */
    public int steps() {
        return rollOut.steps();
    }

    /** Sets how many updates those latent frames have that have not begun, as {@link RollOut#setSteps} does. */
    public void setSteps(int steps) {
        rollOut.setSteps(steps);
    }

    /**
     * Shows the model pictures that it has not made as the next ones of the videos, as {@link RollOut#show} does; none
     * may wait. Where a latent frame is of several pictures, each fills a whole one: {@link #next} returns it again
     * until that is used up. It is encoded behind the last pictures, as far as the codec looks back.
     *
     * @param pictures of each video one, as clips of one frame
     */
    public void show(List<Clip> pictures) {
        int before = handed;
        Scopes.run(() -> {
            Tensor latent_B1CHW = encoded(pictures);
            rollOut.show(latent_B1CHW);
            decoder.skip(latent_B1CHW);
        });
        keep(pictures);
        for (int more = finished() - before; more > 1; more--) {
            decoded.addLast(List.copyOf(pictures));
        }
        count();
    }

    private Tensor encoded(List<Clip> pictures) {
        int past = latents.frames(returned.size());
        int stands = latents.pictures(past + 1) - returned.size();
        List<Clip> clips = new ArrayList<>();
        for (int b = 0; b < pictures.size(); b++) {
            int video = b;
            List<Clip> shown = new ArrayList<>();
            returned.forEach(picture -> shown.add(picture.get(video)));
            shown.addAll(Collections.nCopies(stands, pictures.get(video)));
            clips.add(Clip.joined(shown));
        }
        return codec.encode(clips).narrow(1, past, 1);
    }

    /** Keeps a picture that has been returned, where later ones are encoded behind it. */
    private void keep(List<Clip> picture) {
        if (kept() > 0) {
            returned.addLast(List.copyOf(picture));
            if (returned.size() > kept()) {
                returned.removeFirst();
            }
        }
    }

    /** Returns how many pictures are kept: one that a clip begins with, and behind it those that the codec looks at. */
    private int kept() {
        return codec.isFramewise() ? 0 : latents.pictures(codec.reach() + 1);
    }

    /** Returns whether nothing has failed, so that more pictures can be generated. */
    public boolean isWhole() {
        return rollOut.isWhole();
    }

    /** Lets {@code action} be called before every update from now on; what it throws ends the roll-out. */
    public PictureRollOut beforeEachUpdate(Runnable action) {
        rollOut.beforeEachUpdate(action);
        return this;
    }

    /** Saves all that the pictures to come depend on, in the caller's scope, as {@link RollOut#save} does. */
    public void save(Snapshot to) {
        rollOut.save(to);
        decoder.save(to.part(DECODER));
        if (!decoded.isEmpty()) {
            to.put(DECODED, bytes(decoded));
        }
        if (!returned.isEmpty()) {
            to.put(RETURNED, bytes(returned));
        }
    }

    /** Returns pictures of all videos as bytes [P, B, H, W, C]. */
    private static Tensor bytes(Deque<List<Clip>> pictures) {
        Clip all = Clip.joined(pictures.stream().flatMap(List::stream).toList());
        int count = pictures.size();
        return Tensors.of(all.pixels(), count, all.frames() / count, all.height(), all.width(), all.channels());
    }

    private static List<List<Clip>> pictures(Tensor pictures_PBHWC) {
        List<List<Clip>> pictures = new ArrayList<>();
        long[] shape = pictures_PBHWC.shape();
        if (shape.length != 5) {
            throw new IllegalArgumentException("pictures have " + shape.length + " dimensions, not 5");
        }
        byte[] bytes = Tensors.bytes(pictures_PBHWC);
        int size = (int) (shape[2] * shape[3] * shape[4]);
        for (int p = 0; p < shape[0]; p++) {
            List<Clip> picture = new ArrayList<>();
            for (int b = 0; b < shape[1]; b++) {
                int from = (int) (p * shape[1] + b) * size;
                picture.add(new Clip(
                        "generated frame",
                        1,
                        (int) shape[2],
                        (int) shape[3],
                        (int) shape[4],
                        Arrays.copyOfRange(bytes, from, from + size)));
            }
            pictures.add(List.copyOf(picture));
        }
        return pictures;
    }

    @Override
    public void close() {
        try {
            decoder.close();
        } finally {
            rollOut.close();
        }
    }
}
