// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.Devices;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoReader;
import io.lightcone.video.VideoWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests recording from Java, as the command does it: frames go into files until there are enough or somebody stops it.
 */
class RecordingTest {
    private static @Nullable TrainedModel opened;

    private final List<String> heard = new ArrayList<>();
    private final RecordingListener listener = new RecordingListener() {
        @Override
        public void frame(int made) {
            heard.add("frame " + made);
        }

        @Override
        public void finished(List<Path> files) {
            heard.add("finished " + names(files));
        }

        @Override
        public void stopped(int made, List<Path> files) {
            heard.add("stopped after " + made + " " + names(files));
        }

        @Override
        public void rescued(List<Path> files) {
            heard.add("rescued " + names(files));
        }

        @Override
        public void saved(int frames, Path state) {
            heard.add("saved after " + frames);
        }
    };

    private final Path folder;

    RecordingTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    static void train(@TempDir Path temp) throws InterruptedException {
        Path run = SteeredRun.train(temp.resolve("run"));
        opened = TrainedModel.open(run, Devices.resolve("cpu"), List.of());
    }

    @AfterAll
    static void close() {
        model().close();
    }

    private static TrainedModel model() {
        if (opened == null) {
            throw new IllegalStateException("nothing is trained");
        }
        return opened;
    }

    private static List<String> names(List<Path> files) {
        return files.stream().map(file -> file.getFileName().toString()).toList();
    }

    private static VideoInProgress begin(int clips, int frames) {
        return VideoInProgress.begin(model(), new VideoInProgress.Request(3, clips, 7, List.of(1), 10), null, frames);
    }

    private SampleFiles files(String name, int clips) {
        return SampleFiles.open(folder.resolve(name).toString(), clips, 10, 1, false);
    }

    private byte[] pixels(String name) {
        return VideoReader.read(folder.resolve(name), VideoReader.Options.of(16, 16, 1), 100)
                .pixels();
    }

    @Test
    void severalVideosAreRecordedTogether() {
        try (VideoInProgress video = begin(2, 3);
                SampleFiles files = files("v.gif", 2)) {
            new Recording(video, files, 3, null, () -> false, listener)
                    .run(new Clip("given", 2, 16, 16, 1, new byte[512]));
        }
        assertThat(heard).containsExactly("frame 1", "frame 2", "frame 3", "finished [v-1.gif, v-2.gif]");
        assertThat(pixels("v-1.gif")).hasSize(5 * 256).isNotEqualTo(pixels("v-2.gif"));
    }

    @Test
    void aStoppedRecordingIsKeptAndResumesWhereItWas() {
        Path state = folder.resolve("state");
        try (VideoInProgress video = begin(1, DenoisingPlan.ENDLESS);
                SampleFiles files = files("whole.gif", 1)) {
            new Recording(video, files, 5, null, () -> false, new RecordingListener() {}).run(null);
        }
        BooleanSupplier afterTwo = () -> heard.contains("frame 2");
        try (VideoInProgress video = begin(1, DenoisingPlan.ENDLESS);
                SampleFiles files = files("first.gif", 1)) {
            new Recording(video, files, 5, state, afterTwo, listener).run(null);
        }
        assertThat(heard).containsExactly("frame 1", "frame 2", "stopped after 2 [first.gif]", "saved after 2");
        try (VideoInProgress video = VideoInProgress.resume(model(), state);
                SampleFiles files = files("rest.gif", 1)) {
            new Recording(video, files, 3, state, () -> false, listener).run(null);
        }
        assertThat(heard).endsWith("frame 3", "finished [rest.gif]", "saved after 5");
        byte[] parts = new byte[5 * 256];
        System.arraycopy(pixels("first.gif"), 0, parts, 0, 512);
        System.arraycopy(pixels("rest.gif"), 0, parts, 512, 768);
        assertThat(parts).isEqualTo(pixels("whole.gif"));
    }

    @Test
    void whatWasPlayedIsKeptWithItsActionsWhenItIsStopped() throws IOException {
        BooleanSupplier afterThree = () -> heard.contains("frame 3");
        Clip given = new Clip("given", 2, 16, 16, 1, new byte[512]);
        VideoInProgress.Request request = new VideoInProgress.Request(3, 2, 7, List.of(-1, -1, 1, 4), 10);
        try (VideoInProgress video = VideoInProgress.begin(model(), request, given, DenoisingPlan.ENDLESS);
                SampleFiles files = SampleFiles.none().recorded(folder, 2, 10)) {
            new Recording(video, files, 5, null, afterThree, listener).run(given);
        }
        assertThat(heard).endsWith("stopped after 3 [sample-1.mp4, sample-1.jsonl, sample-2.mp4, sample-2.jsonl]");
        for (String name : List.of("sample-1", "sample-2")) {
            assertThat(Files.readAllLines(folder.resolve(name + ".jsonl")))
                    .containsExactly(
                            "{\"action\":null}",
                            "{\"action\":null}",
                            "{\"action\":\"left\"}",
                            "{\"action\":\"down\"}",
                            "{\"action\":\"down\"}");
            assertThat(pixels(name + ".mp4")).hasSize(5 * 256);
        }
    }

    @Test
    void aRecordingStoppedBeforeItsFirstFrameLeavesNoFile() {
        try (VideoInProgress video = begin(1, 3);
                SampleFiles files = files("v.gif", 1)) {
            new Recording(video, files, 3, null, () -> true, listener).run(null);
        }
        assertThat(heard).containsExactly("stopped after 0 []");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aStreamThatFailsLeavesTheStateToGoOnFrom() {
        Path state = folder.resolve("state");
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                if (taken.size() == 2 * 256) {
                    throw new IOException("nobody listens");
                }
                taken.write(value);
            }
        };
        try (VideoInProgress video = begin(1, DenoisingPlan.ENDLESS);
                SampleFiles files = SampleFiles.streamed(VideoWriter.raw(full, "the answer", 1))) {
            Recording recording = new Recording(video, files, 5, state, () -> false, listener);
            assertThatThrownBy(() -> recording.run(null))
                    .isInstanceOf(UserException.class)
                    .hasMessage("the answer cannot be written: nobody listens.");
        }
        assertThat(heard).containsExactly("frame 1", "frame 2", "saved after 2");
        try (VideoInProgress video = VideoInProgress.resume(model(), state)) {
            assertThat(video.handed()).isEqualTo(2);
        }
    }
}
