// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.FileTrouble;
import io.lightcone.TextFormat;
import io.lightcone.UserException;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoReader;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Reads clips from the videos of a folder. Each video is decoded once, at the size and rate of the clips, into a cache
 * of raw frames on disk; clips are then read from there, so memory stays small however long the videos are. The whole
 * parts of a damaged video are used, but no clip crosses a gap; a video of which little is left is skipped. See
 * {@link Split} for what is held out. With labels, a clip's class is the first folder on the way from the data folder
 * down to its video; classes are numbered in the order of their names. A video with actions beside it (see {@link
 * ActionLines}) and an .npz (see {@link NpzFile}) give each frame the action that led to it.
 *
 * <p>With {@link VideosConfig#phases} of n, the cache has n times the frames per second of clips, which take every n-th
 * of them. Windows and ranges count decoded frames.
 */
final class VideoDataset implements ClipDataset {
    /**
     * A decoded video of the data set.
     *
     * @param className the first folder on the way down to it; null without labels
     * @param actions of the frames of its file; null if nothing says them
     */
    private record Video(
            CachedVideo frames,
            @Nullable String className,
            @Nullable ActionTrack actions) {
        String name() {
            return frames.name();
        }

        VideoCache cache() {
            return frames.cache();
        }
    }

    private final List<Video> videos;
    private final List<String> classes;
    private final List<String> skipped;
    private final Split split;
    private final VideosConfig config;
    private final int frames;
    private final RecordedActions actions;
    private final long heldOutWindows;
    private final long stride;
    private final String fingerprint;
    private final String description;

    private VideoDataset(
            VideosConfig config, List<Video> videos, List<String> skipped, int frames, @Nullable List<String> known) {
        this.config = config;
        this.videos = List.copyOf(videos);
        this.skipped = List.copyOf(skipped);
        this.frames = frames;
        classes = videos.stream()
                .map(Video::className)
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .toList();
        List<Segments> segments = videos.stream().map(v -> v.cache().segments()).toList();
        List<Integer> labels = videos.stream().map(this::label).toList();
        int span = config.span(frames);
        split = classes.isEmpty()
                ? Split.of(segments, span, config.heldOut())
                : Split.ofClasses(segments, labels, span, config.heldOut());
        heldOutWindows = Split.windows(split.heldOut(), span);
        stride = stride(heldOutWindows);
        List<RecordedActions.Source> sources = videos.stream()
                .map(v -> new RecordedActions.Source(v.actions(), v.cache().numbers()))
                .toList();
        actions = RecordedActions.of(sources, split, known);
        fingerprint = computeFingerprint();
        description = describe();
    }

    /** Returns the frames per second of clips of a video. */
    private double rate(Video video) {
        return video.cache().framesPerSecond() / config.phases();
    }

    private int label(Video video) {
        return video.className() == null ? -1 : classes.indexOf(video.className());
    }

    /**
     * Opens the videos that {@code config} names, in a folder with all below it or one video, decoding those that the
     * cache does not hold yet.
     *
     * @param frames frames of a clip
     * @param cacheFolder where decoded frames are kept, {@code frames * height * width * channels} bytes a video in
     *     each of the phases; created if missing. Nothing in it is ever deleted, but what was never completed
     * @param messages receives one line for each video that is decoded, used in part or skipped, and each folder left
     *     out; also later, if a video has to be decoded again
     * @param check called between frames; what it throws ends the opening. Called later as well, from whichever thread
     *     reads a clip, if a video has to be decoded again; what it throws then comes out of the reading
     * @throws UserException if there are no usable videos, one of them lies in no folder of a class where clips are to
     *     have labels, the actions of one cannot be read or are not one for each frame, one is not whole where the data
     *     is to be strict, or the cache cannot be written
     */
    public static VideoDataset open(
            VideosConfig config, int frames, Path cacheFolder, Consumer<String> messages, Runnable check) {
        if (frames < 1) {
            throw new UserException("A data set needs clips of 1 or more frames, not " + frames + ".");
        }
        Path root = Path.of(config.source());
        VideoReader.Options options =
                new VideoReader.Options(config.height(), config.width(), config.channels(), config.decodedRate(), 0);
        List<Path> files = VideoFiles.find(root, messages);
        if (config.labels()) {
            files.forEach(file -> requireClass(root, file));
        }
        VideoOpener opener = new VideoOpener(config, config.span(frames), options, cacheFolder, messages, check);
        List<Video> videos = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        for (Path file : files) {
            String name = name(root, file);
            ActionTrack actions = ActionTrack.of(file); // before it is decoded for minutes
            requireAsRecorded(config, file, actions);
            try {
                CachedVideo decoded = opener.open(file, name);
                videos.add(new Video(decoded, config.labels() ? className(root, file) : null, actions));
                if (actions != null) {
                    actions.requireFits(file, decoded.cache().numbers());
                    RecordedActions.remark(decoded.cache(), config.fps())
                            .ifPresent(text -> messages.accept(name + ": " + text));
                }
            } catch (VideoOpener.Unusable e) {
                skipped.add(name + " (" + e.reason() + ")");
                messages.accept("skipped " + name + ": " + e.reason());
            } catch (IOException e) {
                throw new UserException(
                        "Decoded frames cannot be kept in " + cacheFolder + ": " + FileTrouble.reason(e, cacheFolder)
                                + "; make room there or choose another folder.",
                        e);
            }
        }
        if (videos.isEmpty()) {
            throw new UserException("None of the " + TextFormat.count(files.size(), "video") + " in " + root
                    + " can be used: " + TextFormat.list(skipped, 5) + ".");
        }
        if (config.strict()) {
            requireActionsOfAll(videos);
        }
        return new VideoDataset(config, videos, skipped, frames, null);
    }

    /** Requires that frames with actions, and those of recordings without a rate, are shown one after the other. */
    private static void requireAsRecorded(VideosConfig config, Path file, @Nullable ActionTrack actions) {
        boolean recording = NpzFile.isNamedSo(file);
        if (config.phases() > 1 && (recording || actions != null)) {
            throw new UserException("data.phases is " + config.phases() + ", so clips leave frames out, but "
                    + (actions == null
                            ? file + " does not say at which rate they follow one another"
                            : actions.file() + " has an action for each of them")
                    + "; set data.phases to 1.");
        }
        if (config.mirror() && actions != null) {
            throw new UserException("data.mirror is true, but " + actions.file()
                    + " says what led to each frame, which may be another action in a mirror; set data.mirror to"
                    + " false.");
        }
    }

    private static void requireActionsOfAll(List<Video> videos) {
        boolean any = videos.stream().anyMatch(video -> video.actions() != null);
        for (Video video : videos) {
            if (any && video.actions() == null) {
                throw new UserException("data.strict is true, but " + video.name()
                        + " has no .jsonl with its actions beside it, as others have; add it, or set data.strict to"
                        + " false to train on it without actions.");
            }
        }
    }

    @Override
    public VideoDataset withActions(List<String> known) {
        return new VideoDataset(config, videos, skipped, frames, known);
    }

    private static void requireClass(Path root, Path file) {
        if (file.equals(root)) {
            throw new UserException("data.labels is true, but " + root
                    + " is one video; name a folder that holds one folder of videos for each class.");
        }
        if (root.relativize(file).getNameCount() < 2) {
            throw new UserException(
                    "data.labels is true, but " + file + " lies in no folder of a class; put each video of " + root
                            + " into a folder named after its class.");
        }
    }

    private static String className(Path root, Path file) {
        return root.relativize(file).getName(0).toString();
    }

    private static String name(Path root, Path file) {
        Path name = file.equals(root) ? file.toAbsolutePath().getFileName() : root.relativize(file);
        return String.valueOf(name).replace('\\', '/');
    }

    @Override
    public Clip training(RandomGenerator random) {
        return training(random, frames);
    }

    @Override
    public Clip training(RandomGenerator random, int count) {
        long windows = Split.windows(split.training(), config.span(count));
        Clip clip = clip(split.training(), count, random.nextLong(windows));
        return config.mirror() && random.nextBoolean() ? clip.mirrored() : clip;
    }

    @Override
    public int longest() {
        return split.training().stream()
                .mapToInt(range -> (range.to() - range.from() - 1) / config.phases() + 1)
                .max()
                .orElse(frames);
    }

    /** {@inheritDoc} None if there is too little video to hold some out. */
    @Override
    public List<HeldOutPart> heldOutParts() {
        if (split.overlapping()) {
            return List.of();
        }
        return split.heldOut().stream()
                .map(range -> {
                    Video video = videos.get(range.video());
                    double rate = video.cache().framesPerSecond();
                    return new HeldOutPart(video.name(), range.from() / rate, range.to() / rate);
                })
                .toList();
    }

    @Override
    public int heldOutClips() {
        return (int) Math.min(Integer.MAX_VALUE, heldOutWindows);
    }

    @Override
    public Clip heldOut(int index) {
        if (index < 0) {
            throw new IndexOutOfBoundsException("held-out clip " + index);
        }
        return clip(split.heldOut(), frames, (heldOutWindows / 2 + index % heldOutWindows * stride) % heldOutWindows);
    }

    private Clip clip(List<FrameRange> ranges, int count, long window) {
        Split.Window place = Split.window(ranges, config.span(count), window);
        Video video = videos.get(place.video());
        Clip clip = video.frames().read(place.from(), count, config.phases());
        return clip.with(new Clip.Tags(label(video), actions.of(place.video(), place.from(), count)));
    }

    /**
     * Returns a step that visits all windows once before it returns, and always jumps far: near the golden section,
     * coprime.
     */
    private static long stride(long windows) {
        long step = Math.max(1, Math.round(windows * 0.618034));
        while (BigInteger.valueOf(step).gcd(BigInteger.valueOf(windows)).longValue() != 1) {
            step++;
        }
        return step;
    }

    private String computeFingerprint() {
        StringBuilder text = new StringBuilder("clips of " + frames + " frames, held out " + config.heldOut());
        text.append(config.phases() == 1 ? "" : ", in " + config.phases() + " phases");
        text.append(config.mirror() ? ", mirrored" : "");
        text.append(classes.isEmpty() ? "" : ", labelled");
        for (int i = 0; i < videos.size(); i++) {
            Video video = videos.get(i);
            VideoCache c = video.cache();
            text.append('\n')
                    .append(video.name())
                    .append(' ')
                    .append(c.frames())
                    .append('x')
                    .append(c.height());
            text.append('x')
                    .append(c.width())
                    .append('x')
                    .append(c.channels())
                    .append(' ')
                    .append(c.framesPerSecond());
            text.append(' ').append(c.hash());
            if (c.segments().starts().size() > 1) {
                text.append(" stretches ").append(c.segments().starts());
            }
            text.append(actions.fingerprint(i));
        }
        return HexFormat.of().formatHex(Hashes.sha256(text.toString()));
    }

    private String describe() {
        VideoCache first = videos.get(0).cache();
        long total = videos.stream().mapToLong(v -> v.cache().frames()).sum();
        double lowest = videos.stream().mapToDouble(this::rate).min().orElseThrow();
        double highest = videos.stream().mapToDouble(this::rate).max().orElseThrow();
        String rates = TextFormat.number(lowest).equals(TextFormat.number(highest))
                ? TextFormat.number(lowest)
                : TextFormat.number(lowest) + " to " + TextFormat.number(highest);
        String text = TextFormat.count(videos.size(), "video") + " with " + TextFormat.count(total, "frame") + " of "
                + first.width()
                + "x" + first.height() + " pixels in " + (first.channels() == 1 ? "grey" : "colour") + " at " + rates
                + " frames/s"
                + (config.phases() == 1 ? "" : " in " + config.phases() + " phases")
                + (config.mirror() ? ", half of the clips mirrored" : "")
                + describeClasses() + actions.describe() + ". " + describeHeldOut();
        List<String> inPart = videos.stream()
                .filter(v -> !v.cache().remarks().isEmpty())
                .map(Video::name)
                .toList();
        if (!inPart.isEmpty()) {
            text += " With damage or doubt: " + TextFormat.list(inPart, 5) + ".";
        }
        return skipped.isEmpty()
                ? text
                : text + " Skipped " + TextFormat.count(skipped.size(), "file") + ": " + TextFormat.list(skipped, 10)
                        + ".";
    }

    private String describeClasses() {
        return classes.isEmpty()
                ? ""
                : ", in " + classes.size() + (classes.size() == 1 ? " class" : " classes") + " ("
                        + TextFormat.list(classes, 5) + ")";
    }

    private String describeHeldOut() {
        if (split.overlapping()) {
            return (classes.isEmpty() ? "The one video is" : "The one video of each class is")
                    + " too short to hold a part out, so the held-out clips are the training clips.";
        }
        List<String> parts = new ArrayList<>();
        for (FrameRange range : split.heldOut()) {
            double rate = videos.get(range.video()).cache().framesPerSecond();
            parts.add(videos.get(range.video()).name() + " from " + TextFormat.number(range.from() / rate) + " s to "
                    + TextFormat.number(range.to() / rate) + " s");
        }
        return "Held out: " + TextFormat.list(parts, 3) + ".";
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public List<String> actions() {
        return actions.names();
    }

    /** Returns the rate of all clips, or, where each video keeps its own, that of the middle one. */
    @Override
    public double framesPerSecond() {
        double[] rates = videos.stream().mapToDouble(this::rate).sorted().toArray();
        return rates[rates.length / 2];
    }
}
