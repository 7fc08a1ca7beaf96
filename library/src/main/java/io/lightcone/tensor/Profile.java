// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.DurableFiles;
import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import io.lightcone.tensor.Timeline.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Says where the time of some steps of a training, or of some frames of a video, went: for each thread the parts of its
 * work, whose own times add up to the time that passed. A {@link Profiler} makes it.
 */
public final class Profile {
    /** The name of what no part covers. */
    public static final String OTHER = "other";

    private static final Pattern NUMBER_AT_END = Pattern.compile("-?\\d+$");
    private static final double MILLISECOND = 1e6;

    private final String unit;
    private final Range range;
    private final long begun;
    private final long ended;
    private final List<ThreadSpans> threads = new ArrayList<>();

    /**
     * Holds the numbers of consecutive steps or frames.
     *
     * @param last of them; one less than {@code first} if there are none
     */
    record Range(long first, long last) {
        long count() {
            return last - first + 1;
        }
    }

    /**
     * Describes a part of the work of a thread; all times and counts are per step or frame.
     *
     * @param name what was done
     * @param depth how many of the parts before it, of which each has a smaller depth, it lies in
     * @param calls how often
     * @param milliseconds from its beginning to its end, with all parts inside
     * @param own milliseconds in which none of the parts inside ran
     */
    public record Part(String name, int depth, double calls, double milliseconds, double own) {}

    /**
     * Describes what a thread did, or on average one of several whose names differ in their last number only.
     *
     * @param name of the thread, without its number if there are several
     * @param count how many threads there are of that name
     * @param parts in the order in which they first began, each after the one that it lies in
     * @param other milliseconds per step or frame that no part covers
     */
    public record Work(String name, int count, List<Part> parts, double other) {
        public Work {
            parts = List.copyOf(parts);
        }
    }

    /** The spans of one thread, cut to the time of whole steps. */
    record ThreadSpans(String name, List<Span> spans) {}

    /**
     * Creates a profile of what lies between two moments.
     *
     * @param begun nanoseconds at which the first of them began
     * @param ended nanoseconds at which the last of them ended
     * @param tracks of all threads; the first is that of the thread that has the steps or frames as spans
     */
    Profile(String unit, Range range, long begun, long ended, List<Track> tracks) {
        this.unit = unit;
        this.range = range;
        this.begun = begun;
        this.ended = ended;
        for (Track track : tracks) {
            threads.add(new ThreadSpans(
                    track.thread(),
                    track.spans().stream().filter(span -> span.start < ended).toList()));
        }
    }

    /** Returns what was recorded, "step" or "frame". */
    public String unit() {
        return unit;
    }

    /** Returns the number of the first step or frame that was recorded, counted from 1. */
    public long first() {
        return range.first();
    }

    /** Returns the number of the last step or frame that was recorded. */
    public long last() {
        return range.last();
    }

    /** Returns how many steps or frames were recorded. */
    public long count() {
        return range.count();
    }

    /** Returns the milliseconds that a step or frame took on average. */
    public double milliseconds() {
        return (ended - begun) / MILLISECOND / count();
    }

    /** Returns a name for files of this profile, such as {@code steps-4-to-23}. */
    public String name() {
        return unit + "s-" + first() + "-to-" + last();
    }

    /**
     * Returns what the threads did: first the one in whose loop the steps or frames stand, then those it gave work, by
     * name.
     */
    public List<Work> work() {
        ThreadSpans first = threads.get(0);
        Map<String, List<ThreadSpans>> groups = new TreeMap<>();
        for (ThreadSpans thread : threads.subList(1, threads.size())) {
            groups.computeIfAbsent(NUMBER_AT_END.matcher(thread.name).replaceAll(""), any -> new ArrayList<>())
                    .add(thread);
        }
        List<Work> work = new ArrayList<>();
        work.add(work(first.name, List.of(first)));
        groups.forEach((name, group) -> work.add(work(group.size() == 1 ? group.get(0).name : name, group)));
        return work;
    }

    /**
     * Returns how many milliseconds of a step or frame the thread in whose loop they stand spent in the parts of each
     * name, wherever they lie, without the parts inside; and last, as {@link #OTHER}, in none. They add up to the
     * whole.
     */
    public Map<String, Double> ownByName() {
        Work first = work().get(0);
        Map<String, Double> own = new LinkedHashMap<>();
        first.parts().forEach(part -> own.merge(part.name(), part.own(), Double::sum));
        own.merge(OTHER, first.other(), Double::sum);
        return own;
    }

    private Work work(String name, List<ThreadSpans> group) {
        Node root = new Node();
        for (ThreadSpans thread : group) {
            List<Node> path = new ArrayList<>();
            for (Span span : thread.spans) {
                path.subList(span.depth, path.size()).clear();
                Node above = span.depth == 0 ? root : path.get(span.depth - 1);
                // A step is what is measured and no part of it: what nothing inside of it covers is the rest.
                boolean whole = span.depth == 0 && span.name.equals(unit);
                path.add(whole ? root : above.add(span.name, end(span) - span.start));
            }
        }
        double each = (double) group.size() * count();
        List<Part> parts = new ArrayList<>();
        root.list(0, each, parts);
        return new Work(name, group.size(), parts, milliseconds() - root.inside / MILLISECOND / each);
    }

    /** Returns the end of a span, or that of the last step or frame if it goes on. */
    long end(Span span) {
        return Math.min(span.end, ended);
    }

    long begun() {
        return begun;
    }

    List<ThreadSpans> threads() {
        return threads;
    }

    /** Adds up spans of the same name in the same place. */
    private static final class Node {
        private final Map<String, Node> parts = new LinkedHashMap<>();
        private long calls;
        private long nanoseconds;
        private long inside;

        Node add(String name, long duration) {
            inside += duration;
            Node part = parts.computeIfAbsent(name, any -> new Node());
            part.calls++;
            part.nanoseconds += duration;
            return part;
        }

        void list(int depth, double each, List<Part> to) {
            parts.forEach((name, part) -> {
                double own = part.nanoseconds - part.inside;
                to.add(new Part(
                        name,
                        depth,
                        part.calls / each,
                        part.nanoseconds / MILLISECOND / each,
                        own / MILLISECOND / each));
                part.list(depth + 1, each, to);
            });
        }
    }

    /**
     * Writes every span into a file in the format of Chrome's trace viewer, which https://ui.perfetto.dev opens. The
     * folder of the file is created.
     *
     * @throws UserException if it cannot be written
     */
    public void writeTrace(Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            DurableFiles.replace(file, partial -> new ChromeTrace(this).write(partial));
        } catch (IOException e) {
            throw new UserException("the trace " + file + " cannot be written: " + FileTrouble.reason(e, file), e);
        }
    }
}
