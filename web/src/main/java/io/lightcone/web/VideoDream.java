// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.live.LiveState;
import io.lightcone.live.LiveVideo;
import io.lightcone.video.Clip;
import java.awt.image.BufferedImage;
import java.util.List;

/** Dreams the images of a live video, which it owns. */
final class VideoDream implements Dream {
    private final LiveVideo video;
    private final WorldCard card;
    private final long checkpoint;
    private int steps;

    /**
     * Dreams a video that has as many updates of each frame as its card says.
     *
     * @param video is closed with this dream
     * @param checkpoint step of the checkpoint that its model is of
     */
    VideoDream(LiveVideo video, WorldCard card, long checkpoint) {
        this.video = video;
        this.card = card;
        this.checkpoint = checkpoint;
        this.steps = card.steps();
    }

    private record Then(LiveState state) implements Moment {
        @Override
        public long bytes() {
            return state.bytes();
        }

        @Override
        public void close() {
            state.close();
        }
    }

    /** Returns a picture as an image. */
    static BufferedImage image(byte[] picture, WorldCard card) {
        return new Clip(card.name(), 1, card.height(), card.width(), card.channels(), picture).image(0);
    }

    @Override
    public byte[] next(int action) {
        BufferedImage image =
                action == NO_ACTION ? video.next() : video.next(card.actions().get(action));
        return Clip.of(card.name(), List.of(image), card.channels()).pixels();
    }

    @Override
    public int waiting() {
        return video.waiting();
    }

    @Override
    public int applied(int action) {
        String name = video.lastAction();
        return name == null ? NO_ACTION : card.actions().indexOf(name);
    }

    @Override
    public void show(byte[] picture) {
        video.show(image(picture, card));
    }

    @Override
    public Moment now() {
        return new Then(video.state());
    }

    /** Goes back to a moment; the updates of each frame stay what they are now. */
    @Override
    public void back(Moment moment) {
        video.restore(((Then) moment).state());
        if (video.steps() != steps) {
            video.setSteps(steps);
        }
    }

    @Override
    public void setSteps(int wanted) {
        video.setSteps(wanted);
        steps = wanted;
    }

    @Override
    public long checkpoint() {
        return checkpoint;
    }

    @Override
    public void close() {
        video.close();
    }
}
