// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.live.LiveOptions;
import io.lightcone.live.LiveState;
import io.lightcone.live.LiveVideo;
import io.lightcone.video.Clip;
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
    private LiveVideo video;
    private int steps;

    /**
     * A picture and what led to it.
     *
     * @param action its number, or {@link #NO_ACTION}
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody changes pictures
    record Remembered(byte[] picture, int action) {}

    /** A moment of a video, or, for a later model, the pictures before it. */
    private record Then(SharedModels.Lease lease, LiveState state, List<Remembered> recent) implements Moment {
        @Override
        public long bytes() {
            return state.bytes();
        }

        @Override
        public void close() {
            state.close();
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
    private LiveVideo begun() {
        List<Remembered> given = recent.size() == remembered || recent.isEmpty()
                ? recent
                : recent.subList(recent.size() - 1, recent.size());
        LiveOptions options = models.options().withSeed(seed);
        if (!given.isEmpty()) {
            List<BufferedImage> images = new ArrayList<>();
            List<@Nullable String> actions = new ArrayList<>();
            for (Remembered each : given) {
                images.add(image(each.picture()));
                actions.add(each.action() == NO_ACTION ? null : card.actions().get(each.action()));
            }
            options = card.actions().isEmpty() ? options.withGiven(images) : options.withGiven(images, actions);
        }
        LiveVideo begun = lease.model().begin(options);
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

    private BufferedImage image(byte[] picture) {
        return new Clip(card.name(), 1, card.height(), card.width(), card.channels(), picture).image(0);
    }

    private void remember(byte[] picture, int action) {
        recent.add(new Remembered(picture, action));
        if (recent.size() > remembered) {
            recent.remove(0);
        }
    }

    @Override
    public byte[] next(int action) {
        if (models.isNewer(lease)) {
            renew();
        }
        BufferedImage image =
                action == NO_ACTION ? video.next() : video.next(card.actions().get(action));
        byte[] picture = Clip.of(card.name(), List.of(image), card.channels()).pixels();
        remember(picture, action);
        return picture;
    }

    /** Goes on with the newest model. */
    private void renew() {
        SharedModels.Lease old = lease;
        LiveVideo before = video;
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
        video.show(image(picture));
        remember(picture, NO_ACTION);
    }

    @Override
    public Moment now() {
        return new Then(lease, video.state(), List.copyOf(recent));
    }

    @Override
    public void back(Moment moment) {
        Then then = (Then) moment;
        recent.clear();
        recent.addAll(then.recent());
        if (then.lease() == lease) {
            video.restore(then.state());
            if (video.steps() != steps) {
                video.setSteps(steps);
            }
        } else {
            LiveVideo before = video;
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
        return lease.model().checkpointStep();
    }

    @Override
    public void close() {
        try (SharedModels.Lease last = lease) {
            video.close();
        }
    }
}
