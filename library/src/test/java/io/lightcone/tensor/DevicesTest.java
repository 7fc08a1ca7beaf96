// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.lightcone.UserException;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class DevicesTest {
    @Test
    void theCpuIsAlwaysFound() {
        assertThat(Devices.resolve("cpu").is_cpu()).isTrue();
        assertThat(Devices.resolve(" CPU ").is_cpu()).isTrue();
    }

    @Test
    void autoTakesAGpuOnlyWhereThereIsOne() {
        assertThat(Devices.resolve("auto").is_cuda()).isEqualTo(torch.cuda_is_available());
    }

    @Test
    void aMissingGpuIsReportedInOneSentence() {
        assumeFalse(torch.cuda_is_available(), "this machine has a GPU");
        assertThatThrownBy(() -> Devices.resolve("cuda:1"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("cuda:1")
                .hasMessageContaining("--device cpu");
    }

    @Test
    void anUnknownDeviceIsReportedInOneSentence() {
        assertThatThrownBy(() -> Devices.resolve("gpu"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("there is no device named 'gpu'; choose cpu, cuda, cuda:N or auto");
    }
}
