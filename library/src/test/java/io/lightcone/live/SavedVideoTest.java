// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.model.Conditions;
import io.lightcone.tensor.Safetensors;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SavedVideoTest {
    private final Path file;
    private final Path folder;

    SavedVideoTest(@TempDir Path folder) {
        this.folder = folder;
        this.file = folder.resolve("state");
    }

    private static SavedVideo saved(List<Integer> actions) {
        Snapshot snapshot = Snapshot.empty();
        snapshot.put("roll-out", 1, 2, 3);
        VideoInProgress.Request request = new VideoInProgress.Request(7, 2, 3, actions, 12.5);
        return new SavedVideo(new SavedVideo.Identity("model: any", "pixels", "abc", 4, request), snapshot);
    }

    static Stream<List<Integer>> actions() {
        return Stream.of(
                List.of(), List.of(5), List.of(Conditions.NULL, 0, 4, 4), Collections.nCopies(100_000, 1_234_567));
    }

    @ParameterizedTest
    @MethodSource("actions")
    void aSavedVideoIsReadBackUnchanged(List<Integer> actions) {
        Scopes.run(() -> {
            saved(actions).write(file);
            SavedVideo back = SavedVideo.read(file);
            assertThat(back.identity()).isEqualTo(saved(actions).identity());
            assertThat(back.snapshot().numbers("roll-out")).containsExactly(1, 2, 3);
        });
    }

    /** A header may have 100 MB; there is an action for each frame, and no end. */
    @Test
    void theHeaderDoesNotGrowWithTheVideo() throws IOException {
        long[] text = new long[2];
        for (int i = 0; i < 2; i++) {
            List<Integer> actions = Collections.nCopies(1 + 500_000 * i, 3);
            Scopes.run(() -> saved(actions).write(file));
            text[i] = Safetensors.readHeader(file).metadata().toString().length();
        }
        assertThat(text[1]).isEqualTo(text[0]);
    }

    /** Files of the first version hold actions as text, and are all of pixels. */
    @ParameterizedTest
    @MethodSource("actions")
    void filesOfTheFirstVersionAreRead(List<Integer> actions) {
        Scopes.run(() -> {
            saved(actions).write(file);
            rewrite((tensors, text) -> {
                tensors.remove("actions");
                text.remove("codec");
                text.put("actions", actions.stream().map(String::valueOf).collect(Collectors.joining(" ")));
            });
            assertThat(SavedVideo.read(file).identity())
                    .isEqualTo(saved(actions).identity());
        });
    }

    @Test
    void actionsOutOfRangeAreReportedAsDamage() {
        Scopes.run(() -> {
            saved(List.of(1)).write(file);
            rewrite((tensors, text) -> tensors.put("actions", Tensors.of(new long[] {1L << 40}, 1)));
            assertThatThrownBy(() -> SavedVideo.read(file))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(file + " is damaged or of another version of Lightcone: ");
        });
    }

    @FunctionalInterface
    private interface Change {
        void of(Map<String, Tensor> tensors, Map<String, String> text);
    }

    private void rewrite(Change change) {
        try {
            Safetensors.Contents contents = Safetensors.read(file);
            Map<String, Tensor> tensors = new LinkedHashMap<>(contents.tensors());
            Map<String, String> text = new LinkedHashMap<>(contents.metadata());
            change.of(tensors, text);
            Safetensors.write(file, tensors, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void writingAgainLeavesTheSameFileAlone() throws IOException {
        Scopes.run(() -> saved(List.of(1)).write(file));
        byte[] before = Files.readAllBytes(file);
        Scopes.run(() -> saved(List.of(1)).write(file));
        assertThat(file).hasBinaryContent(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
