// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.live.LiveModel;
import io.lightcone.live.LiveOptions;
import io.lightcone.live.LiveVideo;

/**
 * Lets people play a model that a program has loaded. Each play is a {@link LiveVideo} of its own, and shares the
 * weights with all other videos of the model, those of the program included. {@link RunWorld} plays a run, and follows
 * its newest checkpoint.
 *
 * <pre>{@code
 * try (LiveModel model = LiveModel.open(Path.of("runs/steered"), LiveOptions.defaults());
 *         PlayServer server = PlayServer.start(
 *                 PlayOptions.defaults(), List.of(LiveWorld.of("steered", model)), System.out::println)) {
 *     System.out.println(server.address());
 *     waitForTheEnd();
 * }
 * }</pre>
 */
public final class LiveWorld implements PlayWorld {
    private final LiveModel model;
    private final LiveOptions beginning;
    private final WorldCard card;

    private LiveWorld(LiveModel model, LiveOptions beginning, WorldCard card) {
        this.model = model;
        this.beginning = beginning;
        this.card = card;
    }

    /**
     * Returns a world whose plays begin with nothing.
     *
     * @param name by which sessions ask for it
     * @param model stays the caller's, who closes it after the server
     */
    public static LiveWorld of(String name, LiveModel model) {
        return of(name, model, LiveOptions.defaults());
    }

    /**
     * Returns a world whose plays begin with a class or with given images. Viewers see what comes after these.
     *
     * @param name by which sessions ask for it
     * @param model stays the caller's, who closes it after the server
     * @param beginning what each video begins with, as for {@link LiveModel#begin}; its seed is that of the play
     */
    public static LiveWorld of(String name, LiveModel model, LiveOptions beginning) {
        WorldCard card = new WorldCard(
                name,
                name,
                model.width(),
                model.height(),
                model.channels(),
                model.framesPerSecond(),
                model.actions(),
                model.steps(),
                WorldCard.STEP_CHOICES.stream().filter(model::allowsSteps).toList(),
                false,
                model.checkpointStep());
        return new LiveWorld(model, beginning, card);
    }

    @Override
    public WorldCard card() {
        return card;
    }

    @Override
    public Scene begin(long seed) {
        LiveVideo video = model.begin(beginning.withSeed(seed));
        return new Scene(new VideoDream(video, card, model.checkpointStep()), null);
    }
}
