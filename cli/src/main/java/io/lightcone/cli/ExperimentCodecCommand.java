// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.RecordCopy;
import io.lightcone.UserException;
import io.lightcone.UserFolders;
import io.lightcone.codec.Codec;
import io.lightcone.codec.CodecConfig;
import io.lightcone.codec.CodecPlace;
import io.lightcone.codec.LatentLayout;
import io.lightcone.data.ClipDataset;
import io.lightcone.data.VideosConfig;
import io.lightcone.evaluation.Ssim;
import io.lightcone.experiment.CodecTrial;
import io.lightcone.experiment.JudgedCodec;
import io.lightcone.report.CodecTrialReport;
import io.lightcone.report.LossPlot;
import io.lightcone.report.ReportFiles;
import io.lightcone.report.Units;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Processor;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "codec",
        description = {
            "Let codecs encode and decode your videos, and compare what they keep of the pictures, how many numbers"
                    + " they need and what they cost, beside pictures that are made smaller and enlarged again.",
            "The pictures are those that a training on clips of so many frames would hold out; a codec that has learned"
                    + " from the same videos otherwise may know them."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class ExperimentCodecCommand implements Callable<Integer> {
    private static final int MOST = 1_000;
    private static final int COLOUR = 3;
    private static final double FRAMES_PER_SECOND = 12;
    /** The copies of all clips that are held at the same time. */
    private static final int COPIES = 5;
    /** By how much sides are divided of the pictures that codecs are compared with. */
    private static final List<Integer> SHRUNK = List.of(2, 4);

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "A folder with videos, or one video.")
    private Path data = Path.of("");

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            description = "A codec to judge, as 'lightcone train' takes it; may be repeated. Default: default, the one"
                    + " that comes with Lightcone.")
    private List<String> codecs = new ArrayList<>();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder for the numbers as JSON and a picture.")
    private Path out = Path.of("");

    @Option(
            names = "--size",
            paramLabel = "WxH",
            defaultValue = "256x256",
            description = "Size of the pictures in pixels. Default: 256x256.")
    private String size = "";

    @Option(names = "--clips", paramLabel = "N", defaultValue = "16", description = "Clips to encode. Default: 16.")
    private int clips;

    @Option(
            names = "--frames",
            paramLabel = "F",
            defaultValue = "17",
            description = "Frames of each, 12 a second. Default: 17.")
    private int frames;

    @Option(names = "--json", description = "Print what is measured as JSON, for programs.")
    private boolean json;

    @Mixin
    private DeviceOptions deviceOptions = new DeviceOptions();

    private final Session session;

    ExperimentCodecCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Arguments.requireWithin("--clips", clips, 1, MOST);
        Arguments.requireWithin("--frames", frames, 1, MOST);
        PictureSize pictures = PictureSize.of(size);
        Arguments.require(
                Math.min(pictures.height(), pictures.width()) >= Ssim.WINDOW,
                "structural similarity takes pictures of at least " + Ssim.WINDOW + "x" + Ssim.WINDOW
                        + "; make --size larger than " + size);
        LossPlot.requireFonts();
        List<String> names = codecs.isEmpty() ? List.of(CodecPlace.BUILT_IN) : codecs;
        List<CodecConfig> configs = names.stream().map(CodecPlace::of).toList();
        int length = length(names, configs, pictures);
        PictureMemory.require(
                (long) pictures.height() * pictures.width() * COLOUR * length,
                clips,
                COPIES,
                "--clips, --frames or --size");
        VideosConfig videos = Arguments.reportingIllegal(() -> videos(pictures));
        Device device = deviceOptions.start();
        CodecTrial trial = new CodecTrial(heldOut(videos, length), frames, session.interrupts()::check);
        ReportFiles.createFolder(out);
        List<JudgedCodec> judged = new ArrayList<>();
        for (int i = 0; i < configs.size(); i++) {
            session.console().line("Encoding and decoding by " + names.get(i));
            try (Codec codec = configs.get(i).open(COLOUR, device)) {
                judged.add(trial.of(names.get(i), codec));
            }
        }
        SHRUNK.forEach(factor -> trial.shrunk(factor).ifPresent(judged::add));
        show(new CodecTrialReport(trial.truth(), judged, computing(device), Libtorch.threads()));
        return Main.OK;
    }

    private static String computing(Device device) {
        return device.is_cpu() ? Processor.name() : device.str().getString();
    }

    /** Returns how many frames fill the latent frames of every codec; each must take pictures of that size. */
    private int length(List<String> names, List<CodecConfig> configs, PictureSize pictures) {
        int length = frames;
        for (int i = 0; i < configs.size(); i++) {
            LatentLayout layout = layout(names.get(i), configs.get(i));
            Arguments.require(
                    pictures.height() % layout.space() == 0 && pictures.width() % layout.space() == 0,
                    "the codec " + names.get(i) + " takes pictures whose sides are multiples of " + layout.space()
                            + "; --size is " + size);
            length = Math.max(length, layout.whole(frames));
        }
        return length;
    }

    private static LatentLayout layout(String name, CodecConfig config) {
        try {
            return config.layout(COLOUR);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    "the codec " + name + " takes no pictures in colour, by which codecs are judged", e);
        }
    }

    private VideosConfig videos(PictureSize pictures) {
        return RecordCopy.of(VideosConfig.of(1, FRAMES_PER_SECOND).at(data.toString()))
                .with(VideosConfig::height, pictures.height())
                .with(VideosConfig::width, pictures.width())
                .build()
                .absolute();
    }

    private List<Clip> heldOut(VideosConfig videos, int length) {
        ClipDataset found =
                videos.open(length, UserFolders.cache(), session.console()::line, session.interrupts()::check);
        session.console().line(found.description());
        int count = Math.min(clips, found.heldOutClips());
        if (count < clips) {
            session.console().line("There are only " + Units.counted(count, "different clip"));
        }
        return IntStream.range(0, count).mapToObj(found::heldOut).toList();
    }

    private void show(CodecTrialReport report) {
        Path picture = report.write(out);
        if (json) {
            session.out().println(report.json());
        } else {
            report.print(session.out());
        }
        session.console().line("Wrote " + picture);
    }
}
