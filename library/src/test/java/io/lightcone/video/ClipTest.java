// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.video.Clip.Tags;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClipTest {
    private static final Clip CLIP = new Clip("clip", 4, 1, 2, 1, new byte[] {0, 1, 2, 3, 4, 5, 6, 7});

    @Test
    void aPartKeepsItsLabelAndItsActions() {
        assertThat(CLIP.tags()).isEqualTo(Tags.NONE);
        assertThat(CLIP.slice(1, 2).tags()).isEqualTo(Tags.NONE);
        Clip tagged = CLIP.with(new Tags(7, List.of(0, 3, 1, 4)));
        assertThat(tagged.slice(1, 2).tags()).isEqualTo(new Tags(7, List.of(3, 1)));
        assertThat(tagged.slice(1, 2).pixels()).containsExactly(2, 3, 4, 5);
        assertThat(tagged.slice(3, 1).slice(0, 1).tags().actions()).containsExactly(4);
    }

    @Test
    void tagsFitTheirClip() {
        List<Integer> unknownFirst = List.of(-1, 0, 1, 2);
        assertThat(CLIP.with(new Tags(-1, unknownFirst)).tags().actions()).isEqualTo(unknownFirst);
        assertThatThrownBy(() -> CLIP.with(new Tags(-1, List.of(0, 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("clip has 2 actions for 4 frames");
        assertThatThrownBy(() -> new Tags(-2, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Tags(0, List.of(-2))).isInstanceOf(IllegalArgumentException.class);
    }
}
