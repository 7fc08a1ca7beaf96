// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the pose that a view of a maze is drawn from. An index has a small picture, 8 x 8 pixels, of every second
 * place and all headings; from the poses whose pictures are nearest it goes on to neighbours as long as these fit
 * better. The picture of the best pose must fit well, or the image is refused.
 */
final class MazeReader {
    private static final int SMALL = 8;
    private static final int SAMPLED = 32;
    private static final int FINALISTS = 2;
    private static final int CANDIDATES = 10;

    /** Answers whether one can stand at a place, in sixteenths of a cell. */
    interface Places {
        boolean isFree(int x, int y);
    }

    private final MazeRenderer renderer;
    private final Supplier<List<MazePose>> poses;
    private final Places places;
    private volatile @Nullable Index index;

    MazeReader(MazeRenderer renderer, Supplier<List<MazePose>> poses, Places places) {
        this.renderer = renderer;
        this.poses = poses;
        this.places = places;
    }

    /** The small pictures of poses. */
    private record Index(List<MazePose> poses, SmallPictures pictures) {}

    private record Candidate(MazePose pose, long misfit) {}

    Optional<MazePose> read(byte[] image) {
        Fit.requirePicture(image);
        Index all = index();
        byte[] small = Fit.means(image, World.SIZE, World.SIZE / SMALL);
        byte[] middling = Fit.means(image, World.SIZE, World.SIZE / SAMPLED);
        List<Candidate> candidates = new ArrayList<>();
        for (int number : all.pictures.nearest(small, CANDIDATES)) {
            Candidate near = climb(all.poses.get(number), middling);
            if (candidates.isEmpty()) {
                MazePose first = climb(near.pose, image).pose;
                if (Fit.of(image, renderer.draw(first)).isCertain()) {
                    return Optional.of(first);
                }
            }
            candidates.add(near);
        }
        return candidates.stream()
                .sorted(Comparator.comparingLong(Candidate::misfit))
                .map(Candidate::pose)
                .distinct()
                .limit(FINALISTS)
                .map(pose -> climb(pose, image))
                .min(Comparator.comparingLong(Candidate::misfit))
                .map(Candidate::pose)
                .filter(best -> Fit.of(image, renderer.draw(best)).isClose());
    }

    /** Returns the index, which the first call makes; several threads may each make the same one. */
    private Index index() {
        Index made = index;
        if (made == null) {
            List<MazePose> all = poses.get();
            SmallPictures pictures = SmallPictures.of(
                    all.size(),
                    number -> Fit.means(renderer.sample(all.get(number), SAMPLED), SAMPLED, SAMPLED / SMALL));
            made = new Index(all, pictures);
            index = made;
        }
        return made;
    }

    /**
     * Returns a pose with its misfit to a picture, of the whole size or of {@link #SAMPLED}, or some misfit of at least
     * {@code most}.
     */
    private Candidate candidate(MazePose pose, byte[] image, long most) {
        int size = image.length == World.SIZE * World.SIZE * World.CHANNELS ? World.SIZE : SAMPLED;
        return new Candidate(pose, Fit.squares(image, renderer.sample(pose, size), most));
    }

    /** Goes on to neighbours as long as one of them fits better. */
    private Candidate climb(MazePose start, byte[] image) {
        Candidate best = candidate(start, image, Long.MAX_VALUE);
        while (true) {
            Candidate from = best;
            for (MazePose near : neighbours(from.pose)) {
                Candidate next = candidate(near, image, best.misfit);
                best = next.misfit < best.misfit ? next : best;
            }
            if (best.equals(from)) {
                return best;
            }
        }
    }

    private List<MazePose> neighbours(MazePose pose) {
        List<MazePose> near = new ArrayList<>(List.of(pose.turned(-1), pose.turned(1)));
        for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
                if ((dx != 0 || dy != 0) && places.isFree(pose.x() + dx, pose.y() + dy)) {
                    near.add(pose.at(pose.x() + dx, pose.y() + dy));
                }
            }
        }
        return near;
    }
}
