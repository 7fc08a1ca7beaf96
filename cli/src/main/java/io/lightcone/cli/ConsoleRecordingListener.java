// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.live.RecordingListener;
import io.lightcone.report.Units;
import io.lightcone.tensor.Profile;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints the progress of a recording on the console. */
final class ConsoleRecordingListener implements RecordingListener {
    private final Console console;
    private final FrameProgress counter;

    ConsoleRecordingListener(Console console, FrameCount wanted) {
        this.console = console;
        this.counter = new FrameProgress(console, wanted);
    }

    @Override
    public void message(String text) {
        console.line(text);
    }

    @Override
    public void profiled(Profile profile, @Nullable Path trace) {
        ConsoleProfile.show(console, profile, trace);
    }

    @Override
    public void frame(int count) {
        counter.count();
    }

    @Override
    public void finished(List<Path> files) {
        console.line("Wrote " + names(files));
    }

    @Override
    public void stopped(int count, List<Path> files) {
        if (!files.isEmpty()) {
            console.line("Stopped; what was generated is in " + names(files));
        } else if (count == 0) {
            console.line("Stopped; nothing was generated");
        } else {
            console.line("Stopped after " + Units.counted(count, "frame"));
        }
    }

    @Override
    public void rescued(List<Path> files) {
        console.line("What was generated is in " + names(files));
    }

    @Override
    public void saved(int frames, Path state) {
        console.line("Saved after " + Units.counted(frames, "frame") + "; resume with --resume " + state);
    }

    @Override
    public void rescueFailed(String what) {
        console.line("Besides, " + what);
    }

    private static String names(List<Path> files) {
        return files.stream().map(Path::toString).collect(Collectors.joining(", "));
    }
}
