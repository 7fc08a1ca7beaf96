// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Digits that move through the frame in straight lines at constant speed and bounce off its sides: the idea of Moving MNIST
 * (arXiv 1502.04681), endless and seeded. What the digits are and where they are is known, so that a generated video can be
 * checked against more than pixels.
 */
public final class MovingDigits implements ClipDataset {
    private static final long HELD_OUT_SEED = 0x11c0de;
    private static final double DEFAULT_FPS = 10;

    private final DataConfig config;
    private final int frames;
    private final Glyphs glyphs;

    private MovingDigits(DataConfig config, int frames, Glyphs glyphs) {
        this.config = config;
        this.frames = frames;
        this.glyphs = glyphs;
    }

    /**
     * A clip and what it shows.
     *
     * @param labels which digit, for each digit
     * @param centres for each digit and frame the centre of its ink: column and row in pixels
     */
    public record Scene(Clip clip, List<Integer> labels, double[][][] centres) {}

    /** Clips of {@code frames} frames. */
    public static MovingDigits of(DataConfig config, int frames) {
        Glyphs glyphs = config.digits().equals(DataConfig.FONTS)
                ? new FontGlyphs()
                : MnistGlyphs.read(Path.of(config.digits()), config.heldOut());
        return new MovingDigits(config, frames, glyphs);
    }

    @Override
    public Clip training(RandomGenerator random) {
        return scene(random, false, "moving digits").clip();
    }

    @Override
    public Clip heldOut(int index) {
        return heldOutScene(index).clip();
    }

    /** The held-out clip {@code index} with what it shows. */
    public Scene heldOutScene(int index) {
        SplittableRandom random = new SplittableRandom(HELD_OUT_SEED + index * 0x9e3779b97f4a7c15L);
        return scene(random, true, "held-out moving digits " + index);
    }

    private Scene scene(RandomGenerator random, boolean heldOut, String name) {
        List<Moving> digits = new ArrayList<>();
        for (int i = 0; i < config.digitCount(); i++) {
            Glyph glyph = glyphs.draw(random, config.digitSize(), heldOut);
            double angle = random.nextDouble(2 * Math.PI);
            digits.add(new Moving(
                    glyph,
                    Bounce.random(random, config.width() - glyph.width(), config.speed() * Math.cos(angle)),
                    Bounce.random(random, config.height() - glyph.height(), config.speed() * Math.sin(angle))));
        }
        List<BufferedImage> images = new ArrayList<>();
        double[][][] centres = new double[digits.size()][frames][];
        for (int t = 0; t < frames; t++) {
            images.add(paint(digits, t));
            for (int i = 0; i < digits.size(); i++) {
                centres[i][t] = digits.get(i).centre(t);
            }
        }
        List<Integer> labels = digits.stream().map(digit -> digit.glyph.label()).toList();
        return new Scene(Clip.of(name + " showing " + labels, images, config.channels()), labels, centres);
    }

    private BufferedImage paint(List<Moving> digits, int t) {
        // In colour, whatever the clip: in a grey image Java2D blends edges as linear light, and a digit would change
        // its
        // shape with its place between pixels.
        BufferedImage image = new BufferedImage(config.width(), config.height(), BufferedImage.TYPE_3BYTE_BGR);
        for (Moving digit : digits) {
            Graphics2D graphics = image.createGraphics();
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            graphics.setColor(Color.WHITE);
            graphics.translate(digit.x.at(t), digit.y.at(t));
            digit.glyph.painter().paint(graphics);
            graphics.dispose();
        }
        return image;
    }

    private record Moving(Glyph glyph, Bounce x, Bounce y) {
        double[] centre(int t) {
            return new double[] {x.at(t) + glyph.width() / 2, y.at(t) + glyph.height() / 2};
        }
    }

    /** A coordinate that runs to and fro in [0, room]: a triangle wave, exact at any time. */
    private record Bounce(double start, double velocity, double room) {
        static Bounce random(RandomGenerator random, double room, double velocity) {
            double start = random.nextDouble();
            return new Bounce(start * Math.max(room, 0), velocity, Math.max(room, 0));
        }

        double at(int t) {
            if (room == 0) {
                return 0;
            }
            double unfolded = start + velocity * t;
            double lap = unfolded - 2 * room * Math.floor(unfolded / (2 * room));
            return lap <= room ? lap : 2 * room - lap;
        }
    }

    @Override
    public String fingerprint() {
        String text = "clips of " + frames + " frames of " + config.width() + "x" + config.height() + "x"
                + config.channels() + ", held out " + config.heldOut() + ", " + config.digitCount() + " digits of "
                + config.digitSize() + " pixels at " + config.speed() + " pixels per frame, drawn with "
                + glyphs.hash();
        return HexFormat.of().formatHex(Hashes.sha256(text));
    }

    @Override
    public String description() {
        return "moving digits (" + config.digitCount() + " in " + config.width() + "x" + config.height() + ", "
                + config.speed() + " pixels per frame) from " + glyphs.description();
    }

    @Override
    public double framesPerSecond() {
        return config.fps() > 0 ? config.fps() : DEFAULT_FPS;
    }
}
