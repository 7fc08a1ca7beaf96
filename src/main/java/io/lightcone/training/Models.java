// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.attention.AttentionPlans;
import io.lightcone.model.Compute;
import io.lightcone.model.VideoModel;
import io.lightcone.tensor.Parameters;
import io.lightcone.training.TrainingConfig.Precision;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** From a configuration to a model. */
public final class Models {
    private Models() {}

    /** How many numbers the weights of that model hold; it allocates none of them. */
    public static long parameters(RunConfig config) {
        try (Device nowhere = new Device("meta");
                Compute compute = compute(config);
                VideoModel model = create(config, Parameters.fresh(nowhere, ScalarType.Float), compute)) {
            return model.parameters().count();
        }
    }

    /** How models of {@code config} compute; they share it, and the caller closes it after them. */
    public static Compute compute(RunConfig config) {
        return compute(config, new AttentionPlans(config.training().attention()));
    }

    /** The same with {@code plans} for attention, which it then owns. */
    public static Compute compute(RunConfig config, AttentionPlans plans) {
        ScalarType linear = config.training().linear() == Precision.BFLOAT16 ? ScalarType.BFloat16 : ScalarType.Float;
        return new Compute(ScalarType.Float, linear, plans);
    }

    /** The model of {@code config} around {@code parameters}, which it then owns. */
    public static VideoModel create(RunConfig config, Parameters parameters, Compute compute) {
        try {
            return VideoModel.of(config.model(), parameters, compute);
        } catch (RuntimeException e) {
            parameters.close();
            throw e;
        }
    }
}
