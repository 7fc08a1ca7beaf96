// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.UserException;
import io.lightcone.live.LiveModel;
import io.lightcone.live.LiveOptions;
import io.lightcone.live.LiveVideo;
import io.lightcone.video.Clip;
import java.awt.image.BufferedImage;
import java.util.List;

/** A dream of the model of a run. */
final class LiveDream implements Dream {
    private final LiveModel model;
    private final LiveVideo video;

    LiveDream(LiveModel model, LiveOptions options) {
        this.model = model;
        this.video = model.begin(options);
    }

    static BufferedImage image(byte[] picture, WorldCard card) {
        return new Clip(card.name(), 1, card.height(), card.width(), card.channels(), picture).image(0);
    }

    @Override
    public byte[] next(int action) {
        BufferedImage image =
                action == NO_ACTION ? video.next() : video.next(model.actions().get(action));
        return Clip.of("frame", List.of(image), model.channels()).pixels();
    }

    @Override
    public void show(byte[] picture) {
        throw new UserException("this model cannot be shown pictures");
    }

    @Override
    public Moment now() {
        return () -> {};
    }

    @Override
    public void back(Moment moment) {
        throw new UserException("this model cannot go back");
    }

    @Override
    public void setSteps(int steps) {
        throw new UserException("this model cannot change its steps");
    }

    @Override
    public void close() {
        video.close();
    }
}
