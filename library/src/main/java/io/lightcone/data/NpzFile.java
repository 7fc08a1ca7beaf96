// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.FileTrouble;
import io.lightcone.TextFormat;
import io.lightcone.UserException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads recordings in NumPy's format .npz, a zip of arrays, compressed or not: {@code frames}, bytes of the shape
 * (T, H, W), (T, H, W, 3) or (N, T, H, W, 3) for N recordings of T frames; {@code actions} of the shape (T) or (N, T),
 * whole numbers or text; and {@code action_names}, if there are names for the numbers. The action of a frame is what
 * led to it from the frame before; -1, or an empty text, is none. Arrays are read as streams, never held in memory.
 */
final class NpzFile implements AutoCloseable {
    private static final String ENDING = ".npz";

    private static final String FRAMES = "frames";
    private static final String ACTIONS = "actions";
    private static final String NAMES = "action_names";
    private static final int MOST_NAMES = 100_000;
    private static final int LONGEST_SIDE = 8_192;

    private final Path file;
    private final ZipFile zip;

    private NpzFile(Path file, ZipFile zip) {
        this.file = file;
        this.zip = zip;
    }

    /** An array whose header has been read. */
    record Values(NpyHeader header, InputStream stream, CRC32 sum, long wantedSum) implements AutoCloseable {
        /** Requires, after the last value, that nothing follows and that all of it was as it had been written. */
        void requireEnd(Path file, String name) throws IOException {
            if (stream.read() >= 0) {
                throw new UserException(file + " is damaged: its array '" + name + "' is longer than its header says.");
            }
            if (sum.getValue() != wantedSum) {
                throw new UserException(
                        file + " is damaged: its array '" + name + "' is not what was written (checksum).");
            }
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    /**
     * The shape of the frames.
     *
     * @param recordings N
     * @param frames T, of each
     */
    record Shape(int recordings, int frames, int height, int width, int channels) {
        int all() {
            return recordings * frames;
        }
    }

    /** Returns whether a file is named as one of these. */
    static boolean isNamedSo(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(ENDING);
    }

    /**
     * Opens a file.
     *
     * @throws UserException if it is no zip
     */
    static NpzFile open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserException("There is no such file as " + file + ".");
        }
        try {
            return new NpzFile(file, new ZipFile(file.toFile()));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static UserException unreadable(Path file, IOException e) {
        return new UserException(file + " is not an .npz that can be read: " + FileTrouble.reason(e, file) + ".", e);
    }

    /**
     * Reads all actions, those of the first recording first.
     *
     * @throws UserException if there are none, or not one for each frame
     */
    static ActionTrack actions(Path file) {
        try (NpzFile npz = open(file)) {
            return npz.actions();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private ActionTrack actions() throws IOException {
        Shape frames = shape();
        ActionCollector found = new ActionCollector();
        try (Values actions = values(ACTIONS)) {
            requireOneEach(frames, actions.header());
            List<String> names = zip.getEntry(NAMES + ".npy") == null ? null : names();
            if (names != null && !actions.header().ofNumbers()) {
                throw wrong(ACTIONS, "has names already, so leave out '" + NAMES + "'");
            }
            for (int frame = 0; frame < frames.all(); frame++) {
                found.add(action(actions, names, frame));
            }
            actions.requireEnd(file, ACTIONS);
        } catch (NpyHeader.Unsuitable e) {
            throw wrong(ACTIONS, e.what());
        }
        return new ActionTrack(file, "action", found.names(), found.numbers());
    }

    private void requireOneEach(Shape frames, NpyHeader actions) {
        List<Long> one = List.of((long) frames.frames());
        List<Long> several = List.of((long) frames.recordings(), (long) frames.frames());
        if (!actions.shape().equals(several)
                && !(frames.recordings() == 1 && actions.shape().equals(one))) {
            long count = actions.shape().stream().reduce(1L, (a, b) -> a * b);
            String wanted = frames.recordings() == 1
                    ? TextFormat.count(frames.frames(), "frame")
                    : frames.recordings() + " times " + TextFormat.count(frames.frames(), "frame");
            throw wrong(
                    ACTIONS,
                    "has " + TextFormat.count(count, "value") + " in the shape " + actions.describe()
                            + ", but there are " + wanted
                            + "; there must be one for each frame, with the action that led to it");
        }
    }

    private @Nullable String action(Values actions, @Nullable List<String> names, int frame)
            throws IOException, NpyHeader.Unsuitable {
        if (!actions.header().ofNumbers()) {
            String name = actions.header().text(actions.stream());
            return name.isBlank() ? null : name;
        }
        long number = actions.header().number(actions.stream());
        if (number == ActionTrack.NONE) {
            return null;
        }
        if (number < 0) {
            throw new NpyHeader.Unsuitable("has " + number + " as action " + (frame + 1)
                    + ", where numbers are 0 or more, and -1 stands for none");
        }
        if (names != null && number >= names.size()) {
            throw new NpyHeader.Unsuitable("has " + number + " as action " + (frame + 1) + ", but '" + NAMES
                    + "' has only " + TextFormat.count(names.size(), "name"));
        }
        return names == null ? Long.toString(number) : names.get((int) number);
    }

    private List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (Values values = values(NAMES)) {
            NpyHeader header = values.header();
            if (header.ofNumbers()
                    || header.shape().size() != 1
                    || header.shape().get(0) > MOST_NAMES) {
                throw wrong(NAMES, "must be a list of at most " + MOST_NAMES + " texts");
            }
            for (long i = 0; i < header.shape().get(0); i++) {
                String name = header.text(values.stream());
                if (name.isBlank() || names.contains(name)) {
                    throw wrong(NAMES, name.isBlank() ? "has a blank name" : "has the name '" + name + "' twice");
                }
                names.add(name);
            }
            values.requireEnd(file, NAMES);
            return names;
        } catch (NpyHeader.Unsuitable e) {
            throw wrong(NAMES, e.what());
        }
    }

    private Shape shape() throws IOException {
        try (Values frames = frames()) {
            return shape(frames);
        }
    }

    /** Opens the array of frames. */
    Values frames() throws IOException {
        try {
            return values(FRAMES);
        } catch (NpyHeader.Unsuitable e) {
            throw wrong(FRAMES, e.what());
        }
    }

    /** Returns the shape of the array of frames, checked. */
    Shape shape(Values frames) {
        NpyHeader header = frames.header();
        List<Long> sizes = new ArrayList<>(header.shape());
        boolean colour = sizes.size() >= 4;
        boolean right = header.kind() == 'u'
                && header.bytes() == 1
                && sizes.size() >= 3
                && sizes.size() <= 5
                && (!colour || sizes.get(sizes.size() - 1) == 3);
        if (!right) {
            throw wrong(
                    FRAMES,
                    "must be bytes without sign (uint8) of the shape (T, H, W), (T, H, W, 3) or (N, T, H, W, 3), not "
                            + header.kind() + header.bytes() + " of the shape " + header.describe());
        }
        long recordings = sizes.size() == 5 ? sizes.remove(0) : 1;
        long all = recordings * sizes.get(0);
        if (all < 1 || all > Integer.MAX_VALUE || !isSide(sizes.get(1)) || !isSide(sizes.get(2))) {
            throw wrong(
                    FRAMES,
                    "of the shape " + header.describe() + " has no frames, or too many, or frames whose sides are not"
                            + " 1 to " + LONGEST_SIDE);
        }
        return new Shape(
                (int) recordings,
                sizes.get(0).intValue(),
                sizes.get(1).intValue(),
                sizes.get(2).intValue(),
                colour ? 3 : 1);
    }

    private static boolean isSide(long size) {
        return size >= 1 && size <= LONGEST_SIDE;
    }

    private Values values(String name) throws IOException, NpyHeader.Unsuitable {
        ZipEntry entry = zip.getEntry(name + ".npy");
        if (entry == null) {
            throw new UserException(file + " has no array '" + name + "'; a recording has 'frames' and 'actions', one"
                    + " action for each frame.");
        }
        CRC32 sum = new CRC32();
        InputStream stream = new BufferedInputStream(new CheckedInputStream(zip.getInputStream(entry), sum), 1 << 16);
        try {
            return new Values(NpyHeader.read(stream), stream, sum, entry.getCrc());
        } catch (IOException | NpyHeader.Unsuitable | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    private UserException wrong(String array, String what) {
        return new UserException("The array '" + array + "' of " + file + " " + what + ".");
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
