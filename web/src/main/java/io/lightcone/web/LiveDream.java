// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.live.LiveOptions;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dream of the model of a run, which follows the run while it is trained: when there is a newer checkpoint, the model
 * of that goes on from the last pictures.
 */
final class LiveDream implements Dream {
    private final SharedModels models;
    private final WorldCard card;
    private final long seed;
    private final int remembered;
    /** The last pictures, as many as a video is given to begin with. */
    private final List<Remembered> recent = new ArrayList<>();

    private SharedModels.Lease lease;
    private VideoDream video;
    private int steps;

    /**
     * A picture and what led to it.
     *
     * @param action its number, or {@link #NO_ACTION}
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody changes pictures
    record Remembered(byte[] picture, int action) {}

    /** A moment of a video, or, for a later model, the pictures before it. */
    private record Then(SharedModels.Lease lease, Moment ofVideo, List<Remembered> recent) implements Moment {
        @Override
        public long bytes() {
            return ofVideo.bytes();
        }

        @Override
        public void close() {
            ofVideo.close();
        }
    }

    /**
     * Begins a dream.
     *
     * @param given pictures that come first
     * @param remembered how many pictures a video can be given to begin with
     */
    LiveDream(SharedModels models, WorldCard card, long seed, List<Remembered> given, int remembered) {
        this.models = models;
        this.card = card;
        this.seed = seed;
        this.remembered = remembered;
        this.steps = card.steps();
        recent.addAll(given);
        lease = models.take();
        try {
            video = begun();
        } catch (RuntimeException | Error e) {
            lease.close();
            throw e;
        }
    }

    /** Begins a video of the present model with the last pictures. */
    private VideoDream begun() {
        List<Remembered> given = recent.size() == remembered || recent.isEmpty()
                ? recent
                : recent.subList(recent.size() - 1, recent.size());
        LiveOptions options = models.options().withSeed(seed);
        if (!given.isEmpty()) {
            List<BufferedImage> images = new ArrayList<>();
            List<@Nullable String> actions = new ArrayList<>();
            for (Remembered each : given) {
                images.add(VideoDream.image(each.picture(), card));
                actions.add(each.action() == NO_ACTION ? null : card.actions().get(each.action()));
            }
            options = card.actions().isEmpty() ? options.withGiven(images) : options.withGiven(images, actions);
        }
        VideoDream begun =
                new VideoDream(lease.model().begin(options), card, lease.model().checkpointStep());
        try {
            if (steps != card.steps()) {
                begun.setSteps(steps);
            }
            return begun;
        } catch (RuntimeException | Error e) {
            begun.close();
            throw e;
        }
    }

    private void remember(byte[] picture, int action) {
        recent.add(new Remembered(picture, action));
        if (recent.size() > remembered) {
            recent.remove(0);
        }
    }

    @Override
    public byte[] next(int action) {
        if (video.waiting() == 0 && models.isNewer(lease)) { // what is finished is shown first
            renew();
        }
        byte[] picture = video.next(action);
        remember(picture, video.applied(action));
        return picture;
    }

    @Override
    public int waiting() {
        return video.waiting();
    }

    @Override
    public int applied(int action) {
        return video.applied(action);
    }

    /** Goes on with the newest model. */
    private void renew() {
        SharedModels.Lease old = lease;
        VideoDream before = video;
        lease = models.take();
        try {
            video = begun();
        } catch (RuntimeException | Error e) {
            lease.close();
            lease = old;
            throw e;
        }
        before.close();
        old.close();
    }

    @Override
    public void show(byte[] picture) {
        video.show(picture);
        remember(picture, NO_ACTION);
    }

    @Override
    public Moment now() {
        return new Then(lease, video.now(), List.copyOf(recent));
    }

    @Override
    public void back(Moment moment) {
        Then then = (Then) moment;
        recent.clear();
        recent.addAll(then.recent());
        if (then.lease() == lease) {
            video.back(then.ofVideo());
        } else {
            VideoDream before = video;
            video = begun();
            before.close();
        }
    }

    @Override
    public void setSteps(int wanted) {
        video.setSteps(wanted);
        steps = wanted;
    }

    @Override
    public long checkpoint() {
        return video.checkpoint();
    }

    @Override
    public void close() {
        try (SharedModels.Lease last = lease) {
            video.close();
        }
    }
}
