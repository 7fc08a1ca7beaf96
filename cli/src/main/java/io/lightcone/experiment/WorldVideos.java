// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.codec.LatentLayout;
import io.lightcone.data.WorldClips;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.model.Conditions;
import io.lightcone.run.PictureRollOut;
import io.lightcone.run.RunModel;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.video.Clip;
import io.lightcone.world.Play;
import io.lightcone.world.World;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Videos of a world in the making, one for each of some plays, under the actions of these plays: those that a model
 * generates, or the true ones.
 */
interface WorldVideos extends AutoCloseable {
    /** Returns the next frame of each video, as clips of one frame. */
    List<Clip> next();

    @Override
    void close();

    /**
     * Begins the videos of some plays.
     *
     * @param <S> the state of the world
     */
    interface Maker<S> {
        /**
         * Begins a video for each play, behind its given frames; for the caller to close, in a scope without gradients
         * that holds as long.
         */
        WorldVideos begin(List<Play<S>> plays);
    }

    /** Returns what makes the true frames. */
    static <S> Maker<S> truth(World<S, ?> world, int given) {
        return plays -> new WorldVideos() {
            private int frame = given;

            @Override
            public List<Clip> next() {
                List<Clip> next = plays.stream()
                        .map(play -> picture(world, play.states().get(frame)))
                        .toList();
                frame++;
                return next;
            }

            @Override
            public void close() {}
        };
    }

    /**
     * Returns what makes a model's frames: noise and given frames are the same for every model.
     *
     * @param check called before each update of the model; what it throws ends the videos
     */
    static <S> Maker<S> generated(World<S, ?> world, RunModel model, Runnable check) {
        return plays -> {
            int given = model.config().sampling().given();
            List<Integer> numbers = IntStream.range(0, plays.size()).boxed().toList();
            Noise noise = new Noise(new RandomStreams(1), numbers, model.frameShape(), model.device());
            List<Clip> past = plays.stream()
                    .map(play -> WorldClips.clip(world, first(play, given), world.name()))
                    .toList();
            Tensor given_BTCHW = model.codec().encode(past);
            RollOut rollOut = model.conditioned(conditions(plays, model.codec().layout()))
                    .rollOut(model.config().plan(plays.get(0).states().size(), given), noise, given_BTCHW);
            PictureRollOut pictures = PictureRollOut.begin(model.codec(), rollOut, past, given_BTCHW)
                    .beforeEachUpdate(check);
            return new WorldVideos() {
                @Override
                public List<Clip> next() {
                    return pictures.next();
                }

                @Override
                public void close() {
                    pictures.close();
                }
            };
        };
    }

    private static <S> Play<S> first(Play<S> play, int frames) {
        return new Play<>(play.states().subList(0, frames), play.actions().subList(0, frames));
    }

    /** Returns the actions of all latent frames: of each that of its first picture, as in training. */
    private static <S> Conditions conditions(List<Play<S>> plays, LatentLayout latents) {
        int frames = latents.frames(plays.get(0).actions().size());
        return new Conditions(
                List.of(),
                plays.stream()
                        .map(play -> IntStream.range(0, frames)
                                .mapToObj(frame -> play.actions().get(latents.pictures(frame)))
                                .toList())
                        .toList());
    }

    /** Returns the picture of a state as a clip of one frame. */
    static <S> Clip picture(World<S, ?> world, S state) {
        return new Clip(world.name(), 1, World.SIZE, World.SIZE, World.CHANNELS, world.draw(state));
    }
}
