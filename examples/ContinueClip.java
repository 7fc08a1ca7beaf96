// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
import io.lightcone.live.LiveModel;
import io.lightcone.live.LiveOptions;
import io.lightcone.live.LiveVideo;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoReader;
import io.lightcone.video.VideoWriter;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Continues a clip: writes its first frames, and behind them what the model of a run makes of them. */
public final class ContinueClip {
    private static final int GIVEN = 4;
    private static final int GENERATED = 24;

    public static void main(String[] arguments) {
        Path run = Path.of(arguments[0]);
        Path clip = Path.of(arguments[1]);
        Path continued = Path.of(arguments[2]);
        try (LiveModel model = LiveModel.open(run, LiveOptions.defaults())) {
            Clip start = VideoReader.read(clip, asLearned(model), GIVEN);
            List<BufferedImage> given =
                    IntStream.range(0, GIVEN).mapToObj(start::image).toList();
            try (LiveVideo video = model.begin(LiveOptions.defaults().withGiven(given));
                    VideoWriter file = VideoWriter.open(continued, model.framesPerSecond(), 4)) {
                given.forEach(file::add);
                for (int i = 0; i < GENERATED; i++) {
                    file.add(video.next());
                }
                System.out.println(video.frames() + " frames in " + file.finish());
            }
        }
    }

    /** Frames as the model has learned them: of its size, its colours and its rate, from the beginning of the file. */
    private static VideoReader.Options asLearned(LiveModel model) {
        return new VideoReader.Options(
                model.height(), model.width(), model.channels(), model.framesPerSecond(), 0);
    }
}
