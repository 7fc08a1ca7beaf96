// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.config.NameLookup;
import io.lightcone.model.Conditions;
import io.lightcone.model.ModelConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Holds the options that name the class and the actions that a generated video is to show. */
final class ConditionOptions {
    private static final Pattern REPEATED = Pattern.compile("(.*)\\*\\s*(\\d{1,6})");

    @Option(
            names = "--class",
            paramLabel = "NAME",
            description = "What to show, for a run trained with data.labels. Default: whatever comes.")
    private @Nullable String className;

    @Option(
            names = "--actions",
            paramLabel = "LIST",
            description =
                    "What to do in each generated frame, for a run trained with actions, such as right*8,up*4,stay; the"
                            + " last one holds on to the end. Default: whatever comes.")
    private @Nullable String actions;

    /**
     * Returns the numbers of the actions of all frames; none if none is known.
     *
     * @param given the numbers of those of the given frames, or {@link Conditions#NULL}
     * @param frames frames that are generated after those
     * @throws UserException if a name is unknown to the model, or there are more actions than frames
     */
    List<Integer> actions(ModelConfig model, List<Integer> given, int frames) {
        if (actions == null && given.stream().allMatch(number -> number == Conditions.NULL)) {
            return List.of();
        }
        List<Integer> numbers = new ArrayList<>(given);
        numbers.addAll(actions == null ? List.of(Conditions.NULL) : actions(actions, model.actions(), frames));
        return numbers;
    }

    /** Returns whether a class was typed. */
    boolean namesClass() {
        return className != null;
    }

    /**
     * Returns the number of the class that was typed; {@link Conditions#NULL} for none.
     *
     * @throws UserException if the model does not know it
     */
    int label(ModelConfig model) {
        List<String> classes = model.classes();
        if (className == null) {
            return Conditions.NULL;
        }
        if (classes.isEmpty()) {
            throw new UserException(
                    "this run knows no classes; leave out --class, or train one with --set data.labels=true");
        }
        return NameLookup.index("class", className, classes);
    }

    private static List<Integer> actions(String list, List<String> known, int frames) {
        if (known.isEmpty()) {
            throw new UserException("this run knows no actions; leave out --actions, or train one on a world, as with"
                    + " --data world:pong, on recordings with actions, or on moving digits with --set"
                    + " data.steering=true");
        }
        List<Integer> numbers = new ArrayList<>();
        for (String entry : list.split(",", -1)) {
            Matcher repeated = REPEATED.matcher(entry.strip());
            String name = repeated.matches() ? repeated.group(1).strip() : entry.strip();
            int times = repeated.matches() ? Integer.parseInt(repeated.group(2)) : 1;
            if (times < 1) {
                throw new UserException("--actions repeats '" + name + "' 0 times; repeat it 1 or more times");
            }
            numbers.addAll(Collections.nCopies(times, NameLookup.index("action", name, known)));
        }
        if (numbers.size() > frames) {
            throw new UserException("--actions is for " + numbers.size() + " frames, but only " + frames
                    + " are generated; give fewer actions or more --frames");
        }
        return numbers;
    }
}
