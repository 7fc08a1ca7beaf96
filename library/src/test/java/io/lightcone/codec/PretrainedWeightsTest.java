// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests weights in several files, whose index may say something else than they do. */
class PretrainedWeightsTest {
    private final Path temp;

    PretrainedWeightsTest(@TempDir Path temp) {
        this.temp = temp;
    }

    private Path part(String name, String... tensors) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (String tensor : tensors) {
            shapes.put(tensor, new long[] {2, 3});
        }
        return RandomFiles.write(temp.resolve(name), shapes, ScalarType.Float);
    }

    private Path index(String map) throws IOException {
        return Files.writeString(temp.resolve("index.json"), "{\"weight_map\": {" + map + "}}");
    }

    private static void refused(Path index, String message) {
        assertThatThrownBy(() -> PretrainedWeights.indexed(index))
                .isInstanceOf(UserException.class)
                .hasMessage(message);
    }

    @Test
    void tensorsAreFoundInTheFilesThatTheIndexNames() throws IOException {
        Path one = part("one.safetensors", "a", "b");
        Path two = part("two.safetensors", "c");
        Path index = index("\"a\": \"one.safetensors\", \"c\": \"two.safetensors\", \"b\": \"one.safetensors\"");
        assertThat(PretrainedWeights.indexed(index).files()).isEqualTo(Map.of("a", one, "b", one, "c", two));
    }

    @Test
    void aTensorThatNoFileHasIsNamed() throws IOException {
        Path one = part("one.safetensors", "a");
        Path index = index("\"a\": \"one.safetensors\", \"b\": \"one.safetensors\"");
        refused(
                index,
                one + " has no tensor b, but " + index
                        + " says that it has; copy both again from where they were published");
    }

    @Test
    void aFileThatIsMissingIsNamed() throws IOException {
        part("one.safetensors", "a");
        Path index = index("\"a\": \"one.safetensors\", \"b\": \"two.safetensors\"");
        refused(index, temp.resolve("two.safetensors") + " does not exist");
    }

    /** The tensor is there, but in another file than the index says. */
    @Test
    void aFileThatLacksATensorOfAnotherIsNamed() throws IOException {
        Path one = part("one.safetensors", "a", "b");
        part("two.safetensors", "c");
        Path index = index("\"a\": \"one.safetensors\", \"b\": \"two.safetensors\", \"c\": \"two.safetensors\"");
        refused(index, one + " holds a tensor b, which " + index + " does not say");
    }
}
