// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.RealPaths;
import io.lightcone.UserException;
import io.lightcone.data.DataConfig;
import io.lightcone.data.WorldConfig;
import io.lightcone.live.LiveOptions;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.world.Play;
import io.lightcone.world.World;
import io.lightcone.world.Worlds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A run that is played. Its model is loaded when the first play begins, and shared by all of them. If the run has
 * learned from a built-in world, a play begins with frames that the simulator of this world draws, and the simulator
 * goes on beside the dream; plays of other runs begin with nothing.
 */
public final class RunWorld implements PlayWorld {
    /** The frames that a game is played before the first that is given, so that it is under way. */
    static final int WARM_UP = 30;

    private final SharedModels models;
    private final RunConfig config;
    private final WorldCard card;

    private RunWorld(SharedModels models, RunConfig config, WorldCard card) {
        this.models = models;
        this.config = config;
        this.card = card;
    }

    /**
     * Describes a run without loading its model.
     *
     * @param name by which sessions ask for it
     * @param run folder of the run
     * @param device cpu, cuda, cuda:N, or auto
     * @param threads to compute with; 0 for one per core
     * @throws UserException if there is no such run, or it has no checkpoint yet
     */
    public static RunWorld of(String name, Path run, String device, int threads) {
        RunFolder folder = RunFolder.open(run);
        RunConfig config = folder.config(List.of());
        DataConfig data = config.data();
        WorldCard card = new WorldCard(
                name,
                String.valueOf(RealPaths.of(run).getFileName()), // its place is nothing for strangers
                data.width(),
                data.height(),
                data.channels(),
                folder.latestState().framesPerSecond(),
                config.model().actions(),
                config.sampling().steps(),
                WorldCard.STEP_CHOICES.stream().filter(config::allowsSteps).toList(),
                data instanceof WorldConfig,
                folder.steps().get(folder.steps().size() - 1));
        LiveOptions options = LiveOptions.defaults().withDevice(device);
        return new RunWorld(new SharedModels(run, options, threads), config, card);
    }

    /**
     * Returns this world with plays that show a class of the run. Its model is loaded for itself, so use it instead of
     * this one.
     *
     * @throws UserException if the run knows no such class
     */
    public RunWorld withClass(String name) {
        if (config.model().classes().isEmpty()) {
            throw new UserException(card.name() + " knows no classes; name none for it");
        }
        config.classNumber(name);
        return new RunWorld(models.withClass(name), config, card);
    }

    @Override
    public WorldCard card() {
        return card;
    }

    @Override
    public void load() {
        models.load();
    }

    @Override
    public boolean loaded() {
        return models.loaded();
    }

    @Override
    public Scene begin(long seed) {
        return config.data() instanceof WorldConfig data
                ? begin(Worlds.named(data.world(), data.layout()), seed)
                : new Scene(dream(seed, List.of()), null);
    }

    private <S, V> Scene begin(World<S, V> world, long seed) {
        Play<S> play =
                Play.of(world, world.reset(seed), world.scripted(new SplittableRandom(seed)), WARM_UP, givenPictures());
        List<LiveDream.Remembered> given = new ArrayList<>();
        for (int frame = 0; frame < play.states().size(); frame++) {
            given.add(new LiveDream.Remembered(
                    world.draw(play.states().get(frame)), play.actions().get(frame)));
        }
        S last = play.states().get(play.states().size() - 1);
        return new Scene(dream(seed, given), new Simulation<>(world, last));
    }

    private LiveDream dream(long seed, List<LiveDream.Remembered> given) {
        return new LiveDream(models, card, seed, given, givenPictures());
    }

    /** Returns how many pictures a video is given to begin with: whole latent frames, as the first one is. */
    private int givenPictures() {
        return Math.max(1, config.sampling().given());
    }

    @Override
    public void close() {
        models.close();
    }
}
