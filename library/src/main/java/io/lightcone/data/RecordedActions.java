// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.TextFormat;
import io.lightcone.UserException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The actions of all frames of a data set, under names that all of its recordings share. The action of a decoded frame
 * is that of the frame of the file which it is, so where frames are left out to change the rate, their actions are too.
 * Videos of which nothing says the actions, and frames behind a lost one, have none.
 */
final class RecordedActions {
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?\\d{1,9}");
    private static final int NAMED = 10;

    /**
     * What is known of one video.
     *
     * @param track the actions of the frames of its file; null if nothing says them
     * @param numbers which frame of the file each decoded one is
     */
    record Source(@Nullable ActionTrack track, FrameNumbers numbers) {
        int at(int frame) {
            return track == null ? ActionTrack.NONE : track.at(numbers.of(frame));
        }
    }

    private final List<Source> sources;
    private final List<String> names;
    /** For each video the numbers, among all names, of its own actions; -1 for those that no clip shows. */
    private final List<int[]> shared = new ArrayList<>();

    private RecordedActions(List<Source> sources, List<String> names) {
        this.sources = sources;
        this.names = names;
        Map<String, Integer> numbers = new HashMap<>();
        for (String name : names) {
            numbers.put(name, numbers.size());
        }
        for (Source source : sources) {
            List<String> own =
                    source.track() == null ? List.of() : source.track().names();
            shared.add(own.stream()
                    .mapToInt(name -> numbers.getOrDefault(name, ActionTrack.NONE))
                    .toArray());
        }
    }

    /**
     * Collects the actions of a data set.
     *
     * @param known the names that there may be, in their order; empty to find them, in order, in the part to train on;
     *     null to find them in both parts
     * @throws UserException if a clip shows another action; it names the place
     */
    static RecordedActions of(List<Source> sources, Split split, @Nullable List<String> known) {
        if (sources.stream().allMatch(source -> source.track() == null)) {
            return new RecordedActions(sources, List.of());
        }
        Set<String> found = new HashSet<>(known == null ? List.of() : known);
        if (known == null || known.isEmpty()) {
            collect(sources, split.training(), found);
        }
        if (known == null) {
            collect(sources, split.heldOut(), found);
        } else {
            String why = known.isEmpty()
                    ? "shows in held-out frames only, so that nothing is learned of it; record more of it, set another"
                            + " data.heldOut, or name all actions in model.actions"
                    : "is not one of model.actions, which are " + TextFormat.list(known, NAMED);
            requireKnown(sources, split.training(), found, why);
            requireKnown(sources, split.heldOut(), found, why);
        }
        boolean asGiven = known != null && !known.isEmpty();
        return new RecordedActions(sources, asGiven ? List.copyOf(known) : sorted(found));
    }

    /** Returns names in their order: whole numbers by their value if all are such, else as text. */
    private static List<String> sorted(Set<String> names) {
        boolean numbers =
                names.stream().allMatch(name -> WHOLE_NUMBER.matcher(name).matches());
        Comparator<String> byText = Comparator.naturalOrder();
        return names.stream()
                .sorted(
                        numbers
                                ? Comparator.<String>comparingInt(Integer::parseInt)
                                        .thenComparing(byText)
                                : byText)
                .toList();
    }

    private static void collect(List<Source> sources, List<FrameRange> ranges, Set<String> into) {
        for (FrameRange range : ranges) {
            Source source = sources.get(range.video());
            for (int frame = range.from(); frame < range.to(); frame++) {
                int number = source.at(frame);
                if (source.track() != null && number != ActionTrack.NONE) {
                    into.add(source.track().names().get(number));
                }
            }
        }
    }

    private static void requireKnown(List<Source> sources, List<FrameRange> ranges, Set<String> known, String why) {
        for (FrameRange range : ranges) {
            Source source = sources.get(range.video());
            for (int frame = range.from(); frame < range.to(); frame++) {
                int number = source.at(frame);
                if (source.track() != null
                        && number != ActionTrack.NONE
                        && !known.contains(source.track().names().get(number))) {
                    throw new UserException(
                            source.track().place(source.numbers().of(frame)) + ": the action '"
                                    + source.track().names().get(number) + "' " + why + ".");
                }
            }
        }
    }

    /** Returns the names of all actions; empty if clips carry none. */
    List<String> names() {
        return names;
    }

    /** Returns for each of {@code count} frames of a video the number of its action, or -1; empty if none is known. */
    List<Integer> of(int video, int from, int count) {
        Source source = sources.get(video);
        if (names.isEmpty() || source.track() == null) {
            return List.of();
        }
        List<Integer> actions = new ArrayList<>(count);
        for (int frame = from; frame < from + count; frame++) {
            int number = source.at(frame);
            actions.add(number == ActionTrack.NONE ? number : shared.get(video)[number]);
        }
        return actions;
    }

    /** Returns what identifies the actions of a video; empty if nothing says them. */
    String fingerprint(int video) {
        Source source = sources.get(video);
        if (source.track() == null) {
            return "";
        }
        MessageDigest digest = Hashes.sha256();
        for (int frame = 0; frame < source.numbers().frames(); frame++) {
            int number = source.at(frame);
            String name =
                    number == ActionTrack.NONE ? "" : source.track().names().get(number);
            digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return " actions " + HexFormat.of().formatHex(digest.digest());
    }

    /** Describes the actions in words that continue those about the videos; empty if there are none. */
    String describe() {
        if (names.isEmpty()) {
            return "";
        }
        long without =
                sources.stream().map(Source::track).filter(Objects::isNull).count();
        return ", with the actions " + TextFormat.list(names, NAMED)
                + (without == 0 ? "" : " (" + TextFormat.count(without, "video") + " without)");
    }

    /**
     * Says which actions of a recording are lost with frames, if any.
     *
     * @param rate that the data is resampled to; 0 for none
     */
    static Optional<String> remark(VideoCache cache, double rate) {
        FrameNumbers numbers = cache.numbers();
        int unknown = 0;
        for (int frame = 0; frame < numbers.frames(); frame++) {
            unknown += numbers.of(frame) == FrameNumbers.UNKNOWN ? 1 : 0;
        }
        if (unknown > 0) {
            return Optional.of("frames are lost, so nobody knows which action led to which of the "
                    + TextFormat.count(unknown, "frame") + " behind; they count as frames without actions");
        }
        int left = numbers.leftOut();
        return left == 0
                ? Optional.empty()
                : Optional.of("data.fps=" + TextFormat.number(rate) + " leaves out " + left + " of its "
                        + TextFormat.count(numbers.ofFile(), "frame")
                        + " with their actions; data.fps=0 keeps all of them");
    }
}
