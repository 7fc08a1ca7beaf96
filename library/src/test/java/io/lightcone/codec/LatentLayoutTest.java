// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how pictures are counted in latent frames. */
class LatentLayoutTest {
    /** A picture lies in the latent frame that is counted for it, and the first one alone. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void theFirstPictureStandsAlone(int time) {
        LatentLayout layout = new LatentLayout(4, 8, time);
        assertThat(layout.frames(0)).isZero();
        assertThat(layout.pictures(0)).isZero();
        assertThat(layout.frames(1)).isEqualTo(1);
        assertThat(layout.pictures(1)).isEqualTo(1);
        for (int picture = 1; picture < 20; picture++) {
            int frame = 1 + (picture - 1) / time;
            assertThat(layout.pictures(frame)).isLessThanOrEqualTo(picture);
            assertThat(layout.pictures(frame + 1)).isGreaterThan(picture);
            assertThat(layout.frames(picture + 1)).isEqualTo(frame + 1);
            assertThat(layout.isWhole(picture + 1)).isEqualTo(picture % time == 0);
        }
    }

    @Test
    void sizesThatDoNotFitAreOneSentence() {
        LatentLayout layout = new LatentLayout(4, 8, 4);
        assertThat(layout.side(24)).isEqualTo(3);
        assertThatThrownBy(() -> layout.side(20))
                .isInstanceOf(UserException.class)
                .hasMessage("a side of 20 pixels cannot be divided by 8, as the codec does; choose a multiple of 8");
        assertThatCode(() -> layout.requireWhole("--given", 5)).doesNotThrowAnyException();
        assertThatThrownBy(() -> layout.requireWhole("--given", 7))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "--given is 7 pictures, but the codec takes the first one alone and then 4 at a time; make it"
                                + " 5 or 9");
    }
}
