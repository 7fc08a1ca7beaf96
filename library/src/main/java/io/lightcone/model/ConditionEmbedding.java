// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Embeds class and actions as vectors that are added to those of the levels, frame by frame: a table with a row for
 * each name and one more, the last, for the null condition, as DiT embeds labels (arXiv 2212.09748). An action goes
 * into one frame alone, its own or, in an encoder, the one before; later frames depend on it through attention. A model
 * without classes or actions has no table for them.
 *
 * <p>Shapes: B clips, T frames, D width of a token, R rows of a table.
 */
final class ConditionEmbedding {
    private final int classes;
    private final int actions;
    private final @Nullable Tensor classes_RD;
    private final @Nullable Tensor actions_RD;
    private final ScalarType type;

    ConditionEmbedding(Parameters parameters, String name, ModelConfig config, ScalarType type) {
        this.classes = config.classes().size();
        this.actions = config.actions().size();
        this.classes_RD = table(parameters, name + ".classes", classes, config.width());
        this.actions_RD = table(parameters, name + ".actions", actions, config.width());
        this.type = type;
    }

    private static @Nullable Tensor table(Parameters parameters, String name, int count, int width) {
        return count == 0 ? null : parameters.declare(name, Initialisation.SMALL, rows(count), width);
    }

    /** Returns the number of rows of the table for {@code count} names: one more, and none for none. */
    static long rows(int count) {
        return count == 0 ? 0 : count + 1L;
    }

    /**
     * Adds the vectors of the conditions to those of the levels.
     *
     * @param c_BTD vectors of the levels
     * @return [B, T, D]
     * @throws IllegalArgumentException if the conditions are of other clips or frames, or the model does not know them
     */
    Tensor add(Tensor c_BTD, Conditions conditions) {
        long batch = c_BTD.size(0);
        long frames = c_BTD.size(1);
        long[] ofClips = rows("classes", conditions.classes(), classes, batch);
        List<Integer> flat = conditions.actions().stream().flatMap(List::stream).toList();
        long[] ofFrames = rows("actions", flat, actions, batch * frames);
        Tensor sum_BTD = c_BTD;
        if (classes_RD != null) {
            Tensor class_BD = lookUp(classes_RD, ofClips, c_BTD.device());
            sum_BTD = sum_BTD.add(class_BD.unsqueeze(1)); // B 1 D, the same for every frame
        }
        if (actions_RD != null) {
            Tensor action_BTD = lookUp(actions_RD, ofFrames, c_BTD.device()).view(batch, frames, c_BTD.size(2));
            sum_BTD = sum_BTD.add(action_BTD);
        }
        return sum_BTD;
    }

    /** Returns the row of each number; the last for what is null. */
    private static long[] rows(String what, List<Integer> numbers, int known, long needed) {
        if (!numbers.isEmpty() && numbers.size() != needed) {
            throw new IllegalArgumentException(
                    "the conditions name " + numbers.size() + " " + what + ", but the call needs " + needed);
        }
        long[] rows = new long[Math.toIntExact(needed)];
        Arrays.fill(rows, known);
        for (int i = 0; i < numbers.size(); i++) {
            int number = numbers.get(i);
            if (number < Conditions.NULL || number >= known) {
                throw new IllegalArgumentException(
                        "the model knows " + known + " " + what + " and none of number " + number);
            }
            rows[i] = number == Conditions.NULL ? known : number;
        }
        return rows;
    }

    private Tensor lookUp(Tensor table_RD, long[] rows, Device device) {
        return table_RD.index_select(0, Tensors.of(rows, rows.length).to(device, ScalarType.Long))
                .to(type);
    }
}
