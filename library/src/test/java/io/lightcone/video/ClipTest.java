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
    void partsOfPicturesAndMirroredOnes() {
        byte[] pixels = new byte[2 * 3 * 4 * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
        }
        Clip clip = new Clip("colour", 2, 3, 4, 3, pixels, new Tags(1, List.of(2, 3)));
        Clip part = clip.cropped(1, 2, 2, 1);
        assertThat(part.frames()).isEqualTo(2);
        assertThat(part.pixels()).containsExactly(18, 19, 20, 30, 31, 32, 54, 55, 56, 66, 67, 68);
        assertThat(part.tags()).isEqualTo(clip.tags());
        assertThat(clip.cropped(0, 0, 3, 4).pixels()).isEqualTo(pixels);
        assertThatThrownBy(() -> clip.cropped(2, 0, 2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
        Clip mirrored = clip.mirrored();
        assertThat(mirrored.cropped(1, 1, 2, 1).pixels()).isEqualTo(part.pixels());
        assertThat(mirrored.mirrored().pixels()).isEqualTo(pixels);
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
