// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.UserException;
import io.lightcone.data.DataConfig;
import io.lightcone.data.WorldConfig;
import io.lightcone.live.LiveModel;
import io.lightcone.live.LiveOptions;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.tensor.Libtorch;
import io.lightcone.world.Play;
import io.lightcone.world.World;
import io.lightcone.world.Worlds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A run that is played. Its model is loaded when the first play begins, and shared by all of them. If the run has
 * learned from a built-in world, a play begins with frames that the simulator of this world draws, and the simulator
 * goes on beside the dream; plays of other runs begin with nothing.
 */
public final class RunWorld implements PlayWorld {
    /** The numbers of updates of a frame that a player may choose from. */
    private static final List<Integer> STEP_CHOICES = List.of(1, 2, 4, 8);

    /** The frames that a game is played before the first that is given, so that it is under way. */
    private static final int WARM_UP = 30;

    private final Path run;
    private final LiveOptions options;
    private final int threads;
    private final RunConfig config;
    private final WorldCard card;
    private @Nullable LiveModel model;
    private boolean closed;

    private RunWorld(Path run, LiveOptions options, int threads, RunConfig config, WorldCard card) {
        this.run = run;
        this.options = options;
        this.threads = threads;
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
                run.toString(),
                data.width(),
                data.height(),
                data.channels(),
                folder.latestState().framesPerSecond(),
                config.model().actions(),
                config.sampling().steps(),
                STEP_CHOICES,
                data instanceof WorldConfig,
                folder.steps().get(folder.steps().size() - 1));
        return new RunWorld(run, LiveOptions.defaults().withDevice(device), threads, config, card);
    }

    @Override
    public WorldCard card() {
        return card;
    }

    @Override
    public void load() {
        model();
    }

    @Override
    public synchronized boolean loaded() {
        return model != null;
    }

    private synchronized LiveModel model() {
        if (closed) {
            throw new UserException("the server has ended");
        }
        if (model == null) {
            Libtorch.start(threads);
            model = LiveModel.open(run, options);
        }
        return model;
    }

    @Override
    public Scene begin(long seed) {
        LiveModel shared = model();
        return config.data() instanceof WorldConfig data
                ? begin(shared, Worlds.named(data.world(), data.layout()), seed)
                : new Scene(new LiveDream(shared, options.withSeed(seed)), null);
    }

    private <S, V> Scene begin(LiveModel shared, World<S, V> world, long seed) {
        Play<S> play = Play.of(
                world,
                world.reset(seed),
                world.scripted(new SplittableRandom(seed)),
                WARM_UP,
                Math.max(1, config.sampling().given()));
        List<byte[]> given = new ArrayList<>();
        play.states().forEach(state -> given.add(world.draw(state)));
        LiveOptions beginning = options.withSeed(seed)
                .withGiven(given.stream().map(picture -> LiveDream.image(picture, card)).toList());
        S last = play.states().get(play.states().size() - 1);
        return new Scene(new LiveDream(shared, beginning), new Simulation<>(world, last));
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (model != null) {
            model.close();
            model = null;
        }
    }
}
