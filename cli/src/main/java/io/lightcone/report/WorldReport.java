// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.Png;
import io.lightcone.UserException;
import io.lightcone.experiment.JudgedModel;
import io.lightcone.experiment.Mean;
import io.lightcone.experiment.WorldQuality;
import io.lightcone.experiment.WorldQuality.Distance;
import io.lightcone.experiment.WorldQuality.Return;
import io.lightcone.experiment.WorldQuality.Span;
import io.lightcone.experiment.WorldTrial.Extent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the judge of a world has found of some models: as tables, as JSON and as a picture.
 *
 * @param world name of the world
 * @param extent extent of the trials
 * @param truth true frames through the same reader, the ceiling
 * @param models the models, each with one number of updates
 */
public record WorldReport(String world, Extent extent, JudgedModel truth, List<JudgedModel> models) {
    private record ReportJson(
            String world, int frames, int videos, int starts, ModelJson truth, List<ModelJson> models) {}

    private record ModelJson(
            String model,
            int updates,
            List<String> sampling,
            long steps,
            double minutes,
            int frames,
            SpanJson all,
            SpanJson worst,
            List<SpanJson> stretches,
            List<RuleJson> brokenRules,
            List<DistanceJson> distances,
            List<ReturnJson> returns,
            double secondsPerFrame) {
        static ModelJson of(JudgedModel model) {
            WorldQuality quality = model.quality();
            return new ModelJson(
                    model.name(),
                    model.updates(),
                    model.sampling(),
                    model.steps(),
                    model.minutes(),
                    quality.frames(),
                    SpanJson.of(quality.whole()),
                    SpanJson.of(quality.worst()),
                    quality.spans().stream().map(SpanJson::of).toList(),
                    quality.brokenPerThousand().entrySet().stream()
                            .map(entry -> new RuleJson(entry.getKey(), entry.getValue()))
                            .toList(),
                    quality.distances().stream().map(DistanceJson::of).toList(),
                    quality.returns().stream().map(ReturnJson::of).toList(),
                    quality.secondsPerFrame());
        }
    }

    private record RuleJson(String rule, double perThousand) {}

    private record SpanJson(int from, int to, MeanJson readable, double brokenPerThousand, double obedience) {
        static SpanJson of(Span span) {
            return new SpanJson(
                    span.from(), span.to(), MeanJson.of(span.readable()), span.brokenPerThousand(), span.obedience());
        }
    }

    private record MeasureJson(String measure, double mean, double error) {
        static List<MeasureJson> of(Map<String, Mean> measures) {
            return measures.entrySet().stream()
                    .map(entry -> new MeasureJson(
                            entry.getKey(),
                            entry.getValue().value(),
                            entry.getValue().error()))
                    .toList();
        }
    }

    private record DistanceJson(int frame, MeanJson psnr, double readable, List<MeasureJson> errors) {
        static DistanceJson of(Distance distance) {
            return new DistanceJson(
                    distance.frame(),
                    MeanJson.of(distance.psnr()),
                    distance.readable(),
                    MeasureJson.of(distance.errors()));
        }
    }

    private record ReturnJson(int after, int steps, MeanJson psnr, double readable, List<MeasureJson> differences) {
        static ReturnJson of(Return trip) {
            return new ReturnJson(
                    trip.after(),
                    trip.steps(),
                    MeanJson.of(trip.psnr()),
                    trip.readable(),
                    MeasureJson.of(trip.differences()));
        }
    }

    public WorldReport {
        models = List.copyOf(models);
    }

    /** Returns all numbers as JSON; true frames have no updates, no training and no time. */
    public String json() {
        return JsonOutput.of(new ReportJson(
                world,
                extent.frames(),
                extent.videos(),
                extent.starts(),
                ModelJson.of(truth),
                models.stream().map(ModelJson::of).toList()));
    }

    /**
     * Writes {@code world-NAME.json} and, where there is a model, {@code world-NAME.png} into a folder that exists.
     *
     * @return the picture, or the numbers if there is none
     * @throws UserException if a file cannot be written
     */
    public Path write(Path folder) {
        Path numbers = folder.resolve("world-" + world + ".json");
        ReportFiles.write(numbers, json().getBytes(StandardCharsets.UTF_8));
        if (models.isEmpty()) {
            return numbers;
        }
        Path picture = folder.resolve("world-" + world + ".png");
        ReportFiles.write(picture, Png.of(WorldTrialFigure.draw(this)));
        return picture;
    }
}
