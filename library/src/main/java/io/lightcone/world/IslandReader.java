// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the place over the island that a view is of, to the pixel. An index has a small picture, 8 x 8 pixels, of every
 * fourth place; around those that are nearest, every pixel is tried. The picture of the best place must fit well, or
 * the image is refused.
 */
final class IslandReader {
    private static final int SMALL = 8;
    private static final int CANDIDATES = 4;
    private static final int SPACING = 4;
    private static final int PLACES = (IslandWorld.MOST - IslandWorld.LEAST) / SPACING + 1;

    private final Function<IslandPlace, byte[]> pictures;
    private volatile @Nullable SmallPictures index;

    IslandReader(Function<IslandPlace, byte[]> pictures) {
        this.pictures = pictures;
    }

    private record Candidate(IslandPlace place, long misfit) {}

    Optional<IslandPlace> read(byte[] image) {
        Fit.requirePicture(image);
        List<Candidate> candidates = new ArrayList<>();
        for (int number : index().nearest(Fit.means(image, World.SIZE, World.SIZE / SMALL), CANDIDATES)) {
            Candidate next = climb(place(number), image);
            if (candidates.isEmpty()
                    && Fit.of(image, pictures.apply(next.place)).isCertain()) {
                return Optional.of(next.place);
            }
            candidates.add(next);
        }
        return candidates.stream()
                .min(Comparator.comparingLong(Candidate::misfit))
                .map(Candidate::place)
                .filter(best -> Fit.of(image, pictures.apply(best)).isClose());
    }

    private static IslandPlace place(int number) {
        return new IslandPlace(
                IslandWorld.LEAST + SPACING * (number % PLACES), IslandWorld.LEAST + SPACING * (number / PLACES));
    }

    /** Returns the index, which the first call makes; several threads may each make the same one. */
    private SmallPictures index() {
        SmallPictures made = index;
        if (made == null) {
            made = SmallPictures.of(
                    PLACES * PLACES,
                    number -> Fit.means(pictures.apply(place(number)), World.SIZE, World.SIZE / SMALL));
            index = made;
        }
        return made;
    }

    private Candidate candidate(IslandPlace place, byte[] image, long most) {
        return new Candidate(place, Fit.squares(image, pictures.apply(place), most));
    }

    /** Goes on to neighbours as long as one of them fits better. */
    private Candidate climb(IslandPlace start, byte[] image) {
        Candidate best = candidate(start, image, Long.MAX_VALUE);
        while (true) {
            Candidate from = best;
            for (int i = 0; i < 9; i++) {
                IslandPlace near = new IslandPlace(from.place.x() + i % 3 - 1, from.place.y() + i / 3 - 1);
                if (isInside(near) && !near.equals(from.place)) {
                    Candidate next = candidate(near, image, best.misfit);
                    best = next.misfit < best.misfit ? next : best;
                }
            }
            if (best.equals(from)) {
                return best;
            }
        }
    }

    private static boolean isInside(IslandPlace place) {
        int least = Math.min(place.x(), place.y());
        return least >= IslandWorld.LEAST && Math.max(place.x(), place.y()) <= IslandWorld.MOST;
    }
}
