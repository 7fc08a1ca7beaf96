// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.UserException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Clips from the videos of a folder. Each video is decoded once, at the size and rate of the clips, into a cache of raw
 * frames on disk; clips are then read from there, so memory stays small however long the videos are. See {@link Split} for
 * what is held out.
 */
public final class VideoDataset implements ClipDataset {
    private record Video(String name, FrameCache cache) {}

    private final List<Video> videos;
    private final List<String> skipped;
    private final Split split;
    private final int frames;
    private final long trainingWindows;
    private final long heldOutWindows;
    private final long stride;
    private final String fingerprint;
    private final String description;

    private VideoDataset(List<Video> videos, List<String> skipped, int frames, double heldOut) {
        this.videos = List.copyOf(videos);
        this.skipped = List.copyOf(skipped);
        this.frames = frames;
        split = Split.of(videos.stream().map(v -> v.cache().frames()).toList(), frames, heldOut);
        trainingWindows = Split.windows(split.training(), frames);
        heldOutWindows = Split.windows(split.heldOut(), frames);
        stride = stride(heldOutWindows);
        fingerprint = computeFingerprint(heldOut);
        description = describe();
    }

    /**
     * Opens the videos of a folder (or one video), decoding those that the cache does not hold yet.
     *
     * @param folderOrFile a folder, searched with all below it, or one video
     * @param frames frames of a clip
     * @param height rows of a frame
     * @param width columns of a frame
     * @param channels 1 (grey) or 3 (colour)
     * @param fps frames per second to resample to; 0 takes every frame of each video
     * @param heldOut the share of the frames to hold out, above 0 and below 1
     * @param cacheFolder where decoded frames are kept, {@code frames * height * width * channels} bytes a video; created
     *     if missing. Nothing in it is ever deleted
     * @param progress told one line for each video decoded or skipped
     * @throws UserException if there are no usable videos or the cache cannot be written
     */
    public static VideoDataset open(
            Path folderOrFile,
            int frames,
            int height,
            int width,
            int channels,
            double fps,
            double heldOut,
            Path cacheFolder,
            Consumer<String> progress) {
        if (frames < 1 || !(heldOut > 0 && heldOut < 1)) {
            throw new UserException(
                    "A data set needs clips of 1 or more frames and a held-out share between 0 and 1, not " + frames
                            + " and " + heldOut + ".");
        }
        VideoReader.Options options = new VideoReader.Options(height, width, channels, fps, 0);
        List<Path> files = VideoFiles.find(folderOrFile);
        List<Video> videos = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        for (Path file : files) {
            String name = name(folderOrFile, file);
            try {
                videos.add(new Video(name, frames(file, name, options, cacheFolder, frames, progress)));
            } catch (UserException e) {
                String reason = reason(e, file);
                skipped.add(name + " (" + reason + ")");
                progress.accept("skipped " + name + ": " + reason);
            } catch (IOException e) {
                throw new UserException(
                        "Decoded frames cannot be kept in " + cacheFolder + ": " + Words.reason(e)
                                + "; make room there or choose another folder.",
                        e);
            }
        }
        if (videos.isEmpty()) {
            throw new UserException("None of the " + Words.count(files.size(), "video") + " in " + folderOrFile
                    + " can be used: " + Words.list(skipped, 5) + ".");
        }
        return new VideoDataset(videos, skipped, frames, heldOut);
    }

    private static FrameCache frames(
            Path file, String name, VideoReader.Options options, Path folder, int needed, Consumer<String> progress)
            throws IOException {
        Files.createDirectories(folder);
        Path place = FrameCache.place(folder, file, options);
        Optional<FrameCache> known = FrameCache.open(place, options);
        FrameCache cache = known.isPresent() ? known.get() : FrameCache.build(place, file, options);
        String count = Words.count(cache.frames(), "frame");
        if (cache.frames() < needed) {
            throw new UserException("it has " + count + " where a clip needs " + needed);
        }
        if (known.isEmpty()) {
            progress.accept("decoded " + name + ": " + count);
        }
        return cache;
    }

    private static String name(Path root, Path file) {
        Path name = file.equals(root) ? file.toAbsolutePath().getFileName() : root.relativize(file);
        return String.valueOf(name).replace('\\', '/');
    }

    /** The sentence without the file's name in front and the full stop. */
    private static String reason(UserException e, Path file) {
        String message = String.valueOf(e.getMessage());
        String rest = message.startsWith(file + " ")
                ? message.substring(file.toString().length() + 1)
                : message;
        return rest.endsWith(".") ? rest.substring(0, rest.length() - 1) : rest;
    }

    @Override
    public Clip training(RandomGenerator random) {
        return clip(split.training(), random.nextLong(trainingWindows));
    }

    @Override
    public Clip heldOut(int index) {
        if (index < 0) {
            throw new IndexOutOfBoundsException("held-out clip " + index);
        }
        return clip(split.heldOut(), (heldOutWindows / 2 + index % heldOutWindows * stride) % heldOutWindows);
    }

    private Clip clip(List<Split.Run> runs, long window) {
        Split.Window place = Split.window(runs, frames, window);
        Video video = videos.get(place.video());
        return video.cache().read(video.name(), place.from(), frames);
    }

    /** A step that visits all windows once before it returns, and always jumps far: near the golden section, coprime. */
    private static long stride(long windows) {
        long step = Math.max(1, Math.round(windows * 0.618034));
        while (BigInteger.valueOf(step).gcd(BigInteger.valueOf(windows)).longValue() != 1) {
            step++;
        }
        return step;
    }

    private String computeFingerprint(double heldOut) {
        StringBuilder text = new StringBuilder("clips of " + frames + " frames, held out " + heldOut);
        for (Video video : videos) {
            FrameCache c = video.cache();
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
        }
        return HexFormat.of().formatHex(Hashes.sha256(text.toString()));
    }

    private String describe() {
        FrameCache first = videos.get(0).cache();
        long total = videos.stream().mapToLong(v -> v.cache().frames()).sum();
        double lowest = videos.stream()
                .mapToDouble(v -> v.cache().framesPerSecond())
                .min()
                .orElseThrow();
        double highest = videos.stream()
                .mapToDouble(v -> v.cache().framesPerSecond())
                .max()
                .orElseThrow();
        String rates = Words.number(lowest).equals(Words.number(highest))
                ? Words.number(lowest)
                : Words.number(lowest) + " to " + Words.number(highest);
        String text = Words.count(videos.size(), "video") + " with " + Words.count(total, "frame") + " of "
                + first.width()
                + "x" + first.height() + " pixels in " + (first.channels() == 1 ? "grey" : "colour") + " at " + rates
                + " frames/s. " + describeHeldOut();
        return skipped.isEmpty()
                ? text
                : text + " Skipped " + Words.count(skipped.size(), "file") + ": " + Words.list(skipped, 10) + ".";
    }

    private String describeHeldOut() {
        if (split.overlapping()) {
            return "The one video is too short to hold a part out, so the held-out clips are the training clips.";
        }
        List<String> parts = new ArrayList<>();
        for (Split.Run run : split.heldOut()) {
            double rate = videos.get(run.video()).cache().framesPerSecond();
            parts.add(videos.get(run.video()).name() + " from " + Words.number(run.from() / rate) + " s to "
                    + Words.number(run.to() / rate) + " s");
        }
        return "Held out: " + Words.list(parts, 3) + ".";
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public String description() {
        return description;
    }

    /** The rate of all clips, or, where each video keeps its own, that of the middle one. */
    @Override
    public double framesPerSecond() {
        double[] rates = videos.stream()
                .mapToDouble(v -> v.cache().framesPerSecond())
                .sorted()
                .toArray();
        return rates[rates.length / 2];
    }
}
