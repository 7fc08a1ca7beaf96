// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
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
        IslandPlace best = index().nearest(Fit.means(image, World.SIZE, World.SIZE / SMALL), CANDIDATES).stream()
                .map(number -> candidate(place(number), image))
                .map(candidate -> climb(candidate, image))
                .min(Comparator.comparingLong(Candidate::misfit))
                .orElseThrow()
                .place;
        return Fit.isClose(image, pictures.apply(best)) ? Optional.of(best) : Optional.empty();
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

    private Candidate candidate(IslandPlace place, byte[] image) {
        return new Candidate(place, Fit.squares(image, pictures.apply(place)));
    }

    /** Goes on to neighbours as long as one of them fits better. */
    private Candidate climb(Candidate start, byte[] image) {
        Candidate best = start;
        while (true) {
            IslandPlace from = best.place;
            Candidate next = IntStream.range(0, 9)
                    .mapToObj(i -> new IslandPlace(from.x() + i % 3 - 1, from.y() + i / 3 - 1))
                    .filter(place -> isInside(place) && !place.equals(from))
                    .map(place -> candidate(place, image))
                    .min(Comparator.comparingLong(Candidate::misfit))
                    .orElseThrow();
            if (next.misfit >= best.misfit) {
                return best;
            }
            best = next;
        }
    }

    private static boolean isInside(IslandPlace place) {
        int least = Math.min(place.x(), place.y());
        return least >= IslandWorld.LEAST && Math.max(place.x(), place.y()) <= IslandWorld.MOST;
    }
}
