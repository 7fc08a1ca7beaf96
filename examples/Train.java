// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import io.lightcone.training.RunOptions;
import io.lightcone.training.Runs;
import io.lightcone.training.TrainingListener;
import io.lightcone.training.TrainingRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Trains on a folder of videos: begins a run, resumes it if it is there, and does nothing if it is complete. */
public final class Train {
    public static void main(String[] arguments) throws InterruptedException {
        Path run = Path.of(arguments[1]);
        List<String> settings = new ArrayList<>(List.of("training.minutes=20"));
        settings.addAll(List.of(arguments).subList(2, arguments.length)); // such as training.steps=100
        RunConfig config = RunConfig.read(Presets.named("msc-tiny").forVideos(Path.of(arguments[0])), null, settings);
        TrainingListener listener = new TrainingListener() {
            @Override
            public void message(String text) {
                System.out.println(text);
            }

            @Override
            public void sampled(long step, Path file, double psnr, double repeatLast) {
                String line = "Step %d: %.1f dB, repeating the last frame %.1f dB; see %s%n";
                System.out.printf(line, step, psnr, repeatLast, file);
            }
        };
        RunOptions options =
                RunOptions.defaults().withCommand("examples/Train.java").withListener(listener);
        Optional<TrainingRun> training = Runs.complete(config, run, options);
        if (training.isEmpty()) {
            System.out.println(run + " is complete");
            return;
        }
        try (TrainingRun open = training.get()) {
            open.run();
            System.out.println(open.step() + " steps; the model is in " + run);
        }
    }
}
