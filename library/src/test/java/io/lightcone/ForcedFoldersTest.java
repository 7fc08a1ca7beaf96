// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.live.SteeredRun;
import io.lightcone.live.VideoInProgress;
import io.lightcone.model.Conditions;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.Devices;
import io.lightcone.tensor.Scopes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever moves a file to its place forces the folder afterwards, or a power cut could leave the folder as it was
 * before. A folder is recognised by the files in it, since a checkpoint is forced before it gets its name.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it does not open folders, and need not")
class ForcedFoldersTest {
    private static Path run = Path.of("");

    private final Path folder;

    ForcedFoldersTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    static void train(@TempDir Path shared) throws InterruptedException {
        run = SteeredRun.train(shared.resolve("run"));
    }

    /**
     * Returns the names in a folder, but for hidden ones, each with a key that differs between files of the same name.
     */
    private static Map<String, Object> content(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            Map<String, Object> content = new TreeMap<>();
            for (Path file : files.toList()) {
                if (!Files.isHidden(file)) {
                    content.put(
                            file.getFileName().toString(),
                            Objects.requireNonNull(Files.readAttributes(file, BasicFileAttributes.class)
                                    .fileKey()));
                }
            }
            return content;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the content of all folders below that are not empty. */
    private List<Map<String, Object>> contents() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isDirectory)
                    .map(ForcedFoldersTest::content)
                    .filter(content -> !content.isEmpty())
                    .toList();
        }
    }

    private RunFolder newRun() {
        return RunFolder.create(folder.resolve("new"), "a: 1\n");
    }

    private void write(String what) throws IOException {
        switch (what) {
            case "a new run" -> newRun();
            case "a configuration" -> RunFolder.open(folder.resolve("new")).replaceConfig("a: 2\n");
            case "a checkpoint", "the checkpoint once more" ->
                Scopes.run(() -> {
                    Checkpoint checkpoint = RunFolder.open(run).latestCheckpoint();
                    RunFolder.open(folder.resolve("new")).saveCheckpoint(checkpoint);
                });
            case "a saved video" -> saveVideo();
            case "a file" -> DurableFiles.replace(folder.resolve("file"), new byte[] {1});
            default -> throw new IllegalArgumentException(what);
        }
    }

    private void saveVideo() {
        VideoInProgress.Request request = new VideoInProgress.Request(0, 1, Conditions.NULL, List.of(), 10);
        try (TrainedModel model = TrainedModel.open(run, Devices.resolve("cpu"), List.of());
                VideoInProgress video = VideoInProgress.begin(model, request, null, DenoisingPlan.ENDLESS)) {
            video.save(folder.resolve("state"));
        }
    }

    /** Creates what must exist before {@code what} can be written. */
    private void prepare(String what) throws IOException {
        switch (what) {
            case "a configuration", "a checkpoint" -> newRun();
            case "the checkpoint once more" -> {
                newRun();
                write(what);
            }
            case "a saved video", "a file" -> write(what); // which is replaced then
            default -> {}
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a new run",
                "a configuration",
                "a checkpoint",
                "the checkpoint once more",
                "a saved video",
                "a file"
            })
    void aFolderIsForcedOnceItHoldsWhatIsWritten(String what) throws IOException {
        prepare(what);
        List<Map<String, Object>> before = contents();
        List<Map<String, Object>> forced = new ArrayList<>();
        DurableFiles.forced = each -> forced.add(content(each));
        try {
            write(what);
        } finally {
            DurableFiles.forced = each -> {};
        }
        List<Map<String, Object>> changed = new ArrayList<>(contents());
        changed.removeAll(before);
        assertThat(changed).as("folders that have changed").isNotEmpty();
        assertThat(forced).as("folders as they were when they were forced").containsAll(changed);
    }
}
