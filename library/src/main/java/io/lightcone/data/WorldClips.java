// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.video.Clip;
import io.lightcone.video.PlayWriter;
import io.lightcone.world.Play;
import io.lightcone.world.Policies;
import io.lightcone.world.Policy;
import io.lightcone.world.World;
import io.lightcone.world.Worlds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Clips of a played world, endless and seeded: each begins a game anew, lets it be played for up to {@link #WARM_UP}
 * frames and shows what comes then. One of three policies plays the whole clip: the scripted one, the sticky or the
 * random one. The action of a frame is what led to it from the frame before, of the first frame too.
 *
 * @param <S> the state of the world
 * @param <V> what a picture shows of it
 */
public final class WorldClips<S, V> implements ClipDataset {
    /** The most frames that are played before the first one of a clip. */
    static final int WARM_UP = 200;

    /** With the number of a held-out clip, the seed of what its game is drawn from. */
    static final long HELD_OUT_SEED = 0x3041d;

    private static final int IDENTIFYING = 8;

    private final World<S, V> world;
    private final WorldConfig config;
    private final int frames;

    private WorldClips(World<S, V> world, WorldConfig config, int frames) {
        this.world = world;
        this.config = config;
        this.frames = frames;
    }

    /** Opens a data set of clips of {@code frames} frames each. */
    public static WorldClips<?, ?> of(WorldConfig config, int frames) {
        return of(Worlds.named(config.world(), config.layout()), config, frames);
    }

    private static <S, V> WorldClips<S, V> of(World<S, V> world, WorldConfig config, int frames) {
        return new WorldClips<>(world, config, frames);
    }

    /** Returns the world that is played. */
    public World<S, V> world() {
        return world;
    }

    @Override
    public boolean isEndless() {
        return true;
    }

    @Override
    public Clip training(RandomGenerator random) {
        return training(random, frames);
    }

    @Override
    public Clip training(RandomGenerator random, int count) {
        return clip(world, play(random, false, count), "played " + world.name());
    }

    @Override
    public Clip heldOut(int index) {
        return clip(world, heldOutPlay(index), "held-out " + world.name() + " " + index);
    }

    /** Returns the states and actions of the held-out clip {@code index}. */
    public Play<S> heldOutPlay(int index) {
        return heldOutPlay(index, frames);
    }

    /** Returns the first {@code count} states and actions of the held-out game {@code index}, as many as one likes. */
    public Play<S> heldOutPlay(int index, int count) {
        return play(new SplittableRandom(HELD_OUT_SEED + index), true, count);
    }

    /** Plays a game that begins from the next drawn seed of its part. */
    Play<S> play(RandomGenerator random, boolean heldOut, int count) {
        long seed = random.nextLong();
        while (isHeldOut(seed) != heldOut) {
            seed = random.nextLong();
        }
        Policy<S> policy = policy(new SplittableRandom(seed));
        return Play.of(world, world.reset(seed), policy, random.nextInt(WARM_UP), count);
    }

    /** Returns whether games that begin from a seed are never trained on. */
    private boolean isHeldOut(long seed) {
        return new SplittableRandom(seed).split().nextDouble() < config.heldOut();
    }

    private Policy<S> policy(SplittableRandom random) {
        double drawn = random.nextDouble();
        return drawn < config.scripted()
                ? world.scripted(random)
                : drawn < config.scripted() + config.sticky()
                        ? Policies.sticky(world, random)
                        : Policies.random(world, random);
    }

    /** Returns the pictures of a played game as a clip, with its actions. */
    public static <S, V> Clip clip(World<S, V> world, Play<S> play, String name) {
        Clip.Tags tags = new Clip.Tags(-1, play.actions());
        int frames = play.states().size();
        return new Clip(name, frames, World.SIZE, World.SIZE, World.CHANNELS, play.pictures(world), tags);
    }

    /**
     * Records a game from its first step on, frame after frame with its actions.
     *
     * @param policy that plays it
     * @param seed of the game
     * @param frames to record
     * @param into a new recording, which stays the caller's to finish
     */
    public static <S> void record(World<S, ?> world, Policy<S> policy, long seed, int frames, PlayWriter into) {
        S state = world.reset(seed);
        for (int frame = 0; frame < frames; frame++) {
            int action = policy.act(state);
            state = world.step(state, action);
            Clip picture = new Clip(world.name(), 1, World.SIZE, World.SIZE, World.CHANNELS, world.draw(state));
            into.add(picture, 0, world.actions().get(action));
        }
    }

    /** Returns what identifies the data: its configuration, and how some held-out clips look. */
    @Override
    public String fingerprint() {
        MessageDigest digest = Hashes.sha256();
        digest.update((frames + " frames of " + config).getBytes(StandardCharsets.UTF_8));
        for (int index = 0; index < IDENTIFYING; index++) {
            Play<S> play = heldOutPlay(index);
            digest.update(play.actions().toString().getBytes(StandardCharsets.UTF_8));
            digest.update(world.draw(play.states().get(frames - 1)));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public String description() {
        return "the world " + world.name() + " (64x64, actions " + String.join(", ", world.actions()) + "), played "
                + percent(config.scripted()) + " as a person would, " + percent(config.sticky())
                + " by actions that are kept for a while and "
                + percent(1 - config.scripted() - config.sticky()) + " by random ones; "
                + percent(config.heldOut()) + " of all seeds are held out";
    }

    private static String percent(double share) {
        return Math.round(100 * share) + " %";
    }

    @Override
    public List<String> actions() {
        return world.actions();
    }

    @Override
    public double framesPerSecond() {
        return World.FRAMES_PER_SECOND;
    }
}
