// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.UserException;
import io.lightcone.video.Clip;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Generates clips of digits that move through the frame in straight lines at constant speed and bounce off its sides:
 * the idea of Moving MNIST (arXiv 1502.04681), endless and seeded. What the digits are and where they are is known, so
 * that a generated video can be checked against more than pixels. With labels, a clip's class is its digit, or the pair
 * of its two digits, such as {@code 0+3}. With steering, the digits do not bounce: they all move as an action of each
 * frame says, and stop at the sides.
 */
public final class MovingDigits implements ClipDataset {
    private static final long HELD_OUT_SEED = 0x11c0de;
    private static final double FRAMES_PER_SECOND = 10;
    private static final int DIGITS = 10;

    private final MovingDigitsConfig config;
    private final int frames;
    private final GlyphSource glyphs;
    private final List<String> classes;

    private MovingDigits(MovingDigitsConfig config, int frames, GlyphSource glyphs) {
        this.config = config;
        this.frames = frames;
        this.glyphs = glyphs;
        this.classes = !config.labels() ? List.of() : config.digitCount() == 1 ? digitNames() : pairNames();
        if (config.labels() && glyphs.largestLabel() >= DIGITS) {
            throw new UserException("classes are the digits 0 to 9, but " + glyphs.description() + " have labels up to "
                    + glyphs.largestLabel() + "; take other ones or leave data.labels false");
        }
    }

    private static List<String> digitNames() {
        return IntStream.range(0, DIGITS).mapToObj(Integer::toString).toList();
    }

    /** Returns the names of all pairs of digits, the smaller digit first. */
    private static List<String> pairNames() {
        return IntStream.range(0, DIGITS)
                .boxed()
                .flatMap(a -> IntStream.range(a, DIGITS).mapToObj(b -> a + "+" + b))
                .toList();
    }

    /**
     * A clip together with the digits that it shows.
     *
     * @param labels which digit, for each digit
     * @param centres for each digit and frame the centre of its ink: column and row in pixels
     */
    public record Scene(Clip clip, List<Integer> labels, double[][][] centres) {}

    /** Opens a data set of clips of {@code frames} frames each. */
    public static MovingDigits of(MovingDigitsConfig config, int frames) {
        GlyphSource glyphs = config.digits().equals(MovingDigitsConfig.FONTS)
                ? new FontGlyphs()
                : MnistGlyphs.read(Path.of(config.digits()), config.heldOut());
        return new MovingDigits(config, frames, glyphs);
    }

    @Override
    public boolean isEndless() {
        return true;
    }

    @Override
    public Clip training(RandomGenerator random) {
        return training(random, frames);
    }

    @Override
    public Clip training(RandomGenerator random, int count) {
        return scene(random, false, "moving digits", count).clip();
    }

    @Override
    public Clip heldOut(int index) {
        return heldOutScene(index).clip();
    }

    /** Returns the held-out clip {@code index} with the digits that it shows. */
    public Scene heldOutScene(int index) {
        return scene(heldOutRandom(index), true, "held-out moving digits " + index, frames);
    }

    /**
     * Returns the held-out clip {@code index} as it would be had the digits been steered otherwise: they are the same
     * and start at the same places. Actions may be fewer or more than the frames of the other clips.
     *
     * @param actions of each frame, by their numbers in {@link #actions}; the first, which no frame comes before, must
     *     be to stay
     * @throws IllegalArgumentException if these digits cannot be steered, or not so
     */
    Scene heldOutScene(int index, List<Integer> actions) {
        if (!config.steering()) {
            throw new IllegalArgumentException("these digits are not steered");
        }
        if (actions.isEmpty()
                || actions.get(0) != Steering.STAY
                || actions.stream().anyMatch(action -> action < 0 || action >= Steering.ACTIONS.size())) {
            throw new IllegalArgumentException(
                    "actions are numbers below " + Steering.ACTIONS.size() + ", the first to stay, not " + actions);
        }
        return steered(heldOutRandom(index), true, "held-out moving digits " + index, actions.size(), actions);
    }

    private static SplittableRandom heldOutRandom(int index) {
        return new SplittableRandom(HELD_OUT_SEED + index * 0x9e3779b97f4a7c15L);
    }

    private Scene scene(RandomGenerator random, boolean heldOut, String name, int count) {
        return config.steering() ? steered(random, heldOut, name, count, null) : bouncing(random, heldOut, name, count);
    }

    private Scene bouncing(RandomGenerator random, boolean heldOut, String name, int count) {
        List<Moving> digits = new ArrayList<>();
        for (int i = 0; i < config.digitCount(); i++) {
            Glyph glyph = glyphs.draw(random, config.digitSize(), heldOut);
            double angle = random.nextDouble(2 * Math.PI);
            Bounce x = Bounce.random(random, config.width() - glyph.width(), config.speed() * Math.cos(angle));
            Bounce y = Bounce.random(random, config.height() - glyph.height(), config.speed() * Math.sin(angle));
            digits.add(new Moving(glyph, x::at, y::at));
        }
        return scene(digits, count, name, List.of());
    }

    /** Generates a scene of steered digits, with {@code count} random actions if {@code given} is null. */
    private Scene steered(
            RandomGenerator random, boolean heldOut, String name, int count, @Nullable List<Integer> given) {
        List<Glyph> drawn = new ArrayList<>();
        List<Steering.Position> starts = new ArrayList<>();
        for (int i = 0; i < config.digitCount(); i++) {
            Glyph glyph = glyphs.draw(random, config.digitSize(), heldOut);
            drawn.add(glyph);
            starts.add(
                    Steering.Position.random(random, config.width() - glyph.width(), config.height() - glyph.height()));
        }
        List<Integer> actions = given != null ? given : Steering.random(random, starts, config.speed(), count);
        List<Moving> digits = new ArrayList<>();
        for (int i = 0; i < config.digitCount(); i++) {
            List<Steering.Position> track = Steering.track(starts.get(i), actions, config.speed());
            digits.add(new Moving(
                    drawn.get(i), t -> track.get(t).x(), t -> track.get(t).y()));
        }
        return scene(digits, actions.size(), name, actions);
    }

    private Scene scene(List<Moving> digits, int count, String name, List<Integer> actions) {
        List<BufferedImage> images = new ArrayList<>();
        double[][][] centres = new double[digits.size()][count][];
        for (int t = 0; t < count; t++) {
            images.add(paint(digits, t));
            for (int i = 0; i < digits.size(); i++) {
                centres[i][t] = digits.get(i).centre(t);
            }
        }
        List<Integer> labels = digits.stream().map(digit -> digit.glyph.label()).toList();
        Clip clip = Clip.of(name + " showing " + labels, images, config.channels());
        return new Scene(clip.with(new Clip.Tags(classOf(labels), actions)), labels, centres);
    }

    private int classOf(List<Integer> labels) {
        String name = labels.stream().sorted().map(String::valueOf).collect(Collectors.joining("+"));
        return classes.indexOf(name); // -1 where there are no classes
    }

    private BufferedImage paint(List<Moving> digits, int t) {
        // The image is in colour whatever the clip: in a grey one Java2D blends edges as linear light, and a digit
        // would change its shape with its place between pixels.
        BufferedImage image = new BufferedImage(config.width(), config.height(), BufferedImage.TYPE_3BYTE_BGR);
        for (Moving digit : digits) {
            Graphics2D graphics = image.createGraphics();
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            graphics.setColor(Color.WHITE);
            graphics.translate(digit.x.applyAsDouble(t), digit.y.applyAsDouble(t));
            digit.glyph.painter().paint(graphics);
            graphics.dispose();
        }
        return image;
    }

    /** A digit of a scene and the upper left corner of its ink in each frame. */
    private record Moving(Glyph glyph, IntToDoubleFunction x, IntToDoubleFunction y) {
        double[] centre(int t) {
            return new double[] {x.applyAsDouble(t) + glyph.width() / 2, y.applyAsDouble(t) + glyph.height() / 2};
        }
    }

    /** A coordinate that moves to and fro in [0, room]: a triangle wave, exact at any time. */
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
                + glyphs.hash() + (config.labels() ? ", labelled" : "") + (config.steering() ? ", steered" : "");
        return HexFormat.of().formatHex(Hashes.sha256(text));
    }

    @Override
    public String description() {
        return "moving digits (" + config.digitCount() + " in " + config.width() + "x" + config.height() + ", "
                + config.speed() + " pixels per frame" + (config.steering() ? ", steered" : "") + ") from "
                + glyphs.description() + (classes.isEmpty() ? "" : ", in " + classes.size() + " classes");
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public List<String> actions() {
        return config.steering() ? Steering.ACTIONS : List.of();
    }

    @Override
    public double framesPerSecond() {
        return FRAMES_PER_SECOND;
    }
}
