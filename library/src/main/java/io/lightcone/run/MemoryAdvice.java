// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import java.util.ArrayList;
import java.util.List;

/** Says which settings let a training step do with less memory. */
public final class MemoryAdvice {
    private static final String FEWER_FRAMES = "fewer training.frames";
    private static final String SMALLER_FRAMES = "smaller frames";

    private MemoryAdvice() {}

    /**
     * Returns what to set or to lower, such as "set training.recompute=true, or choose a smaller training.batch"; what
     * is lowered already, or cannot be, is not named. What learns the same comes first.
     *
     * @param workers that share a step
     */
    public static String of(RunConfig config, int workers) {
        String same = learningTheSame(config);
        String shorter = config.training().lengths().isEmpty() ? FEWER_FRAMES : "shorter training.lengths";
        return either(same, fewer(config.training(), workers, shorter, SMALLER_FRAMES));
    }

    /** Returns the same of the training of a codec, such as "choose fewer training.frames or smaller frames". */
    public static String of(CodecRunConfig config, int workers) {
        return either(learningTheSame(inParts(config.training())), fewer(config, workers));
    }

    /** Returns the same in the order in which an error says it after "choose": what is lowered comes first. */
    public static String remedy(CodecRunConfig config, int workers) {
        String same = learningTheSame(inParts(config.training()));
        return fewer(config, workers) + (same.isEmpty() ? "" : ", or " + same);
    }

    private static String fewer(CodecRunConfig config, int workers) {
        if (config.training().crop() == 0) {
            return fewer(config.training(), workers, FEWER_FRAMES, SMALLER_FRAMES, "a training.crop");
        }
        return config.training().crop() == config.autoencoder().space()
                ? fewer(config.training(), workers, FEWER_FRAMES)
                : fewer(config.training(), workers, FEWER_FRAMES, "a smaller training.crop");
    }

    private static String either(String same, String fewer) {
        return (same.isEmpty() ? "" : same + ", or ") + "choose " + fewer;
    }

    private static String fewer(LoopConfig training, int workers, String... smaller) {
        List<String> fewer = new ArrayList<>();
        if (workers > 1) {
            fewer.add("fewer workers");
        }
        if (training.batch() > 1) {
            fewer.add("a smaller training.batch");
        }
        fewer.addAll(List.of(smaller));
        return joined(fewer);
    }

    /** Returns which settings that are not on yet would learn the same in less memory, and "" if all are on. */
    static String learningTheSame(RunConfig config) {
        List<String> settings = inParts(config.training());
        if (!config.training().recompute()) {
            settings.add("training.recompute=true");
        }
        return learningTheSame(settings);
    }

    private static String learningTheSame(List<String> settings) {
        return settings.isEmpty() ? "" : "set " + joined(settings) + ", which learns the same";
    }

    /** Returns the setting that computes a step in twice as many parts, and none if each clip is one already. */
    private static List<String> inParts(LoopConfig training) {
        List<String> settings = new ArrayList<>();
        if (training.accumulate() < training.batch()) {
            settings.add("training.accumulate=" + Math.min(training.batch(), 2 * training.accumulate()));
        }
        return settings;
    }

    private static String joined(List<String> some) {
        int last = some.size() - 1;
        return last == 0 ? some.get(0) : String.join(", ", some.subList(0, last)) + " or " + some.get(last);
    }
}
