// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The noise level of each frame of each clip, as numbers: whatever is computed from levels is computed here in Java,
 * and sent to the device once, instead of being read back from it. {@link NoiseSchedule#at} creates the tensors of a
 * batch.
 *
 * <p>It is immutable and holds no native memory. Shapes: B clips, T frames.
 */
public final class Levels {
    private final double[][] numbers;

    private Levels(double[][] numbers) {
        this.numbers = numbers;
    }

    /** Returns the levels of B clips of T frames each, with B and T at least 1. */
    static Levels of(double[][] numbers) {
        if (numbers.length == 0
                || numbers[0].length == 0
                || Arrays.stream(numbers).anyMatch(clip -> clip.length != numbers[0].length)) {
            throw new IllegalArgumentException(
                    "there must be levels of at least one frame, and of as many in every clip");
        }
        return new Levels(Arrays.stream(numbers).map(double[]::clone).toArray(double[][]::new));
    }

    /** Returns the levels of {@code clips} clips that all have those of {@code frames}. */
    public static Levels same(int clips, double... frames) {
        double[][] numbers = new double[clips][];
        Arrays.fill(numbers, frames);
        return of(numbers);
    }

    /**
     * Returns the levels that a tensor [B, T] holds. Waits for its device, so it is for tensors that were drawn on the
     * CPU.
     */
    public static Levels of(Tensor level_BT) {
        double[] flat = Tensors.doubles(level_BT);
        int frames = Math.toIntExact(level_BT.size(1));
        double[][] numbers = new double[Math.toIntExact(level_BT.size(0))][];
        Arrays.setAll(numbers, b -> Arrays.copyOfRange(flat, b * frames, (b + 1) * frames));
        return of(numbers);
    }

    /** Returns the clips of all {@code parts}, one after the other. */
    static Levels together(List<Levels> parts) {
        return of(parts.stream().flatMap(part -> Arrays.stream(part.numbers)).toArray(double[][]::new));
    }

    /** Returns B, the number of clips. */
    public int clips() {
        return numbers.length;
    }

    /** Returns T, the number of frames. */
    public int frames() {
        return numbers[0].length;
    }

    /** Returns the level of a frame. */
    public double at(int clip, int frame) {
        return numbers[clip][frame];
    }

    /** Returns the levels of a clip's frames, [T]. */
    public double[] ofClip(int clip) {
        return numbers[clip].clone();
    }

    /** Returns how many frames have noise: those that are to be learned. */
    public long countNoisy() {
        return aboveZero().length;
    }

    /** Returns the positions in [B * T] of the frames whose number is above 0, in rising order. */
    public int[] aboveZero() {
        double[] levels = flat();
        return IntStream.range(0, levels.length).filter(i -> levels[i] > 0).toArray();
    }

    /** Returns the levels of {@code count} frames of every clip, from frame {@code first} on. */
    Levels frames(int first, int count) {
        return new Levels(Arrays.stream(numbers)
                .map(clip -> Arrays.copyOfRange(clip, first, first + count))
                .toArray(double[][]::new));
    }

    /**
     * Returns these levels with the first frames of some clips clean, at level 0.
     *
     * @param count how many frames that are, at most all
     * @param clips whether they are those of a clip, for each one
     */
    public Levels withFirstClean(int count, boolean[] clips) {
        double[][] levels = new double[numbers.length][];
        for (int b = 0; b < levels.length; b++) {
            levels[b] = numbers[b].clone();
            Arrays.fill(levels[b], 0, clips[b] ? count : 0, 0);
        }
        return new Levels(levels);
    }

    /** Returns levels that are {@code factor} times these. */
    public Levels scaled(double factor) {
        return new Levels(Arrays.stream(numbers)
                .map(clip -> Arrays.stream(clip).map(level -> factor * level).toArray())
                .toArray(double[][]::new));
    }

    /** Returns these levels, each lowered by the number of {@code steps} for the same frame. */
    Levels minus(Levels steps) {
        double[][] lower = new double[numbers.length][];
        for (int b = 0; b < lower.length; b++) {
            double[] from = numbers[b];
            double[] by = steps.numbers[b];
            lower[b] = new double[from.length];
            Arrays.setAll(lower[b], t -> from[t] - by[t]);
        }
        return new Levels(lower);
    }

    /** Returns the levels of some of the clips, at least one, in this order. */
    Levels clips(int... clips) {
        return of(Arrays.stream(clips).mapToObj(clip -> numbers[clip]).toArray(double[][]::new));
    }

    /** Returns all levels, clip after clip: [B * T]. */
    double[] flat() {
        return Arrays.stream(numbers).flatMapToDouble(Arrays::stream).toArray();
    }

    /** Returns the levels as a model takes them: [B, T] of {@code type} on {@code device}, in the caller's scope. */
    public Tensor tensor(Device device, ScalarType type) {
        return Tensors.of(flat(), clips(), frames()).to(device, type);
    }
}
