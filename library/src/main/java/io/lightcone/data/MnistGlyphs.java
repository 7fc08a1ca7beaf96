// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Draws handwritten digits from a folder with MNIST's idx files, packed with gzip or not; moving, they are Moving
 * MNIST.
 */
final class MnistGlyphs implements GlyphSource {
    private static final String IMAGES = "images-idx3";
    private static final String LABELS = "labels-idx1";
    private static final int IMAGES_MAGIC = 0x803;
    private static final int LABELS_MAGIC = 0x801;

    private final Path folder;
    private final int side;
    private final byte[] pixels;
    private final byte[] labels;
    private final int training;

    private MnistGlyphs(Path folder, int side, byte[] pixels, byte[] labels, double heldOut) {
        this.folder = folder;
        this.side = side;
        this.pixels = pixels;
        this.labels = labels;
        this.training = Math.max(1, (int) Math.round(labels.length * (1 - heldOut)));
    }

    /**
     * Reads the folder's {@code *images-idx3*} and the {@code *labels-idx1*} of the same beginning. Of several sets,
     * {@code train-*} is the first choice and {@code t10k-*}, which has fewer digits, the last.
     *
     * @throws UserException if they are missing, are no idx files, are cut short or do not belong together
     */
    static MnistGlyphs read(Path folder, double heldOut) {
        Path images = find(folder, "", IMAGES);
        String name = images.getFileName().toString();
        Path labels = find(folder, name.substring(0, name.indexOf(IMAGES)), LABELS);
        try (DataInputStream imageStream = open(images);
                DataInputStream labelStream = open(labels)) {
            int count = header(imageStream, images, IMAGES_MAGIC);
            int height = imageStream.readInt();
            int width = imageStream.readInt();
            if (height != width || height < 1 || height > 512) {
                throw new UserException(images + " holds images of " + width + "x" + height
                        + " pixels, but digits must be square and at most 512 pixels high.");
            }
            int labelCount = header(labelStream, labels, LABELS_MAGIC);
            if (count != labelCount || count < 2) {
                throw new UserException(images + " holds " + count + " digits but " + labels + " holds " + labelCount
                        + " labels; take two files that belong together.");
            }
            byte[] pixels = imageStream.readNBytes(Math.multiplyExact(count, height * width));
            byte[] label = labelStream.readNBytes(count);
            if (pixels.length < count * height * width || label.length < count) {
                throw new EOFException();
            }
            return new MnistGlyphs(folder, height, pixels, label, heldOut);
        } catch (EOFException e) {
            throw new UserException("the idx files in " + folder + " are cut short; copy them again.", e);
        } catch (IOException e) {
            throw new UserException(
                    "the idx files in " + folder + " cannot be read: " + FileTrouble.reason(e, folder) + ".", e);
        }
    }

    /** Returns the best file whose name begins with {@code beginning} and contains {@code part}. */
    private static Path find(Path folder, String beginning, String part) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(
                            file -> file.getFileName().toString().startsWith(beginning)
                                    && file.getFileName().toString().contains(part))
                    .sorted(Comparator.comparingInt(MnistGlyphs::rank).thenComparing(Path::toString))
                    .toList();
            if (found.isEmpty()) {
                throw new UserException("there is no file named " + beginning + "*" + part + "* in " + folder
                        + "; data.digits must be '" + MovingDigitsConfig.FONTS
                        + "' or a folder with MNIST's idx files.");
            }
            return found.get(0);
        } catch (IOException e) {
            throw new UserException(
                    "data.digits is '" + folder + "', which is not a folder that can be read; give '"
                            + MovingDigitsConfig.FONTS + "' or a folder with MNIST's idx files.",
                    e);
        }
    }

    private static int rank(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("train") ? 0 : name.startsWith("t10k") ? 2 : 1;
    }

    private static DataInputStream open(Path file) throws IOException {
        InputStream stream = new BufferedInputStream(Files.newInputStream(file));
        return new DataInputStream(file.toString().endsWith(".gz") ? new GZIPInputStream(stream) : stream);
    }

    private static int header(DataInputStream stream, Path file, int magic) throws IOException {
        if (stream.readInt() != magic) {
            throw new UserException(file + " is not an idx file of the kind that its name says.");
        }
        return stream.readInt();
    }

    @Override
    public Glyph draw(RandomGenerator random, double size, boolean heldOut) {
        int index = heldOut && training < labels.length
                ? random.nextInt(training, labels.length)
                : random.nextInt(training);
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int ink = pixels[(index * side + y) * side + x] & 0xff;
                image.setRGB(x, y, ink << 24 | 0xffffff);
            }
        }
        AffineTransform scale = AffineTransform.getScaleInstance(size / side, size / side);
        return new Glyph(labels[index], size, size, graphics -> {
            graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            graphics.drawImage(image, scale, null);
        });
    }

    @Override
    public int largestLabel() {
        int largest = 0;
        for (byte label : labels) {
            largest = Math.max(largest, label & 0xff);
        }
        return largest;
    }

    @Override
    public String description() {
        return labels.length + " digits from " + folder.getFileName();
    }

    @Override
    public String hash() {
        MessageDigest digest = Hashes.sha256();
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(side).flip());
        digest.update(pixels);
        digest.update(labels);
        return HexFormat.of().formatHex(digest.digest());
    }
}
