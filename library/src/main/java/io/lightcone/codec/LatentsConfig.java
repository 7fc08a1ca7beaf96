// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.RecordCopy;
import java.util.List;

/**
 * What a run knows of the latents of a codec that is read from files. All of it is found out when the run starts, and
 * saved with it: the same codec with other statistics would be another space to learn.
 *
 * @param channels channels of a latent frame; 0 before the run starts
 * @param space pixels a side that one latent stands for; 0 before the run starts
 * @param time pictures that a latent frame after the first stands for; 0 before the run starts
 * @param checksum beginning of the SHA-256 of the codec's files, 16 hexadecimal digits; empty before the run starts
 * @param mean mean of each channel over clips of the data, which is subtracted; empty to be measured when the run
 *     starts
 * @param deviation standard deviation of each channel over the same clips, which the difference is divided by; empty to
 *     be measured when the run starts
 */
public record LatentsConfig(
        int channels, int space, int time, String checksum, List<Double> mean, List<Double> deviation) {
    /** What is known before a run starts: nothing. */
    public static final LatentsConfig UNKNOWN = new LatentsConfig(0, 0, 0, "", List.of(), List.of());

    public LatentsConfig {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        boolean none = channels == 0 && space == 0 && time == 0;
        require(
                none || (channels > 0 && space > 0 && time > 0),
                "channels, space and time must all be 0, which is unknown, or all be above, not " + channels + ", "
                        + space + " and " + time);
        require(
                checksum.isEmpty() || checksum.matches("[0-9a-f]{" + Checksum.DIGITS + "}"),
                "checksum must be " + Checksum.DIGITS + " hexadecimal digits, or empty, not '" + checksum + "'");
        require(
                mean.size() == deviation.size(),
                "mean and deviation must have a number for each channel or both be empty, not " + mean.size() + " and "
                        + deviation.size() + " numbers");
        require(
                mean.isEmpty() || none || mean.size() == channels,
                "mean and deviation must have a number for each of the " + channels + " channels, not " + mean.size());
        require(mean.stream().allMatch(Double::isFinite), "mean must be finite numbers, not " + mean);
        require(
                deviation.stream().allMatch(value -> value > 0 && Double.isFinite(value)),
                "deviation must be finite numbers above 0, not " + deviation);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Returns whether the sizes of latents are known. */
    boolean hasLayout() {
        return channels > 0;
    }

    /** Returns whether mean and deviation of the channels are known. */
    boolean hasStatistics() {
        return !mean.isEmpty();
    }

    /** Returns the sizes of latents, which must be known. */
    LatentLayout layout() {
        return new LatentLayout(channels, space, time);
    }

    LatentsConfig with(LatentLayout layout) {
        return RecordCopy.of(this)
                .with(LatentsConfig::channels, layout.channels())
                .with(LatentsConfig::space, layout.space())
                .with(LatentsConfig::time, layout.time())
                .build();
    }

    LatentsConfig withChecksum(String other) {
        return RecordCopy.of(this).with(LatentsConfig::checksum, other).build();
    }

    LatentsConfig withStatistics(List<Double> means, List<Double> deviations) {
        return RecordCopy.of(this)
                .with(LatentsConfig::mean, means)
                .with(LatentsConfig::deviation, deviations)
                .build();
    }

    /** Returns this with what is unknown taken from {@code other}. */
    LatentsConfig or(LatentsConfig other) {
        LatentsConfig result = this;
        if (!result.hasLayout() && other.hasLayout()) {
            result = result.with(other.layout());
        }
        if (result.checksum.isEmpty()) {
            result = result.withChecksum(other.checksum);
        }
        return result.hasStatistics() ? result : result.withStatistics(other.mean, other.deviation);
    }
}
