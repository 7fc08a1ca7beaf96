// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.lightcone.attention.Grid;
import io.lightcone.benchmark.BenchmarkResult;
import io.lightcone.benchmark.DenseSearch;
import io.lightcone.benchmark.LayerBenchmark.LayerResult;
import io.lightcone.benchmark.LossCheck;
import io.lightcone.benchmark.MatmulPrecision;
import io.lightcone.benchmark.Measurement;
import io.lightcone.benchmark.MemoryBenchmark.MemoryResult;
import io.lightcone.benchmark.NeighbourBenchmark.NeighbourResult;
import io.lightcone.benchmark.StepBenchmark.StepResult;
import io.lightcone.benchmark.StreamBenchmark.FrameMeasurement;
import io.lightcone.benchmark.StreamBenchmark.StreamWorkload;
import io.lightcone.benchmark.StreamBenchmark.Variant;
import io.lightcone.benchmark.SystemsBenchmark.SystemResult;
import io.lightcone.benchmark.SystemsBenchmark.SystemsWorkload;
import io.lightcone.benchmark.Timing;
import io.lightcone.benchmark.Workload;
import io.lightcone.model.BranchConfig;
import io.lightcone.model.TrainingMemory;
import io.lightcone.run.Machine;
import io.lightcone.tensor.Processor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** The JSON of the benchmarks: times are in milliseconds, speeds in 10^9 operations a second. */
public final class BenchJson {
    private BenchJson() {}

    private record AttentionBenchJson(@JsonUnwrapped HeadJson head, int rounds, List<ResultJson> results) {}

    private record LayerBenchJson(
            @JsonUnwrapped HeadJson head, int rounds, List<ResultJson> results, SearchJson dense) {}

    private record StepBenchJson(
            @JsonUnwrapped HeadJson head,
            int rounds,
            List<ResultJson> results,
            Map<String, SearchJson> dense,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            LossesJson losses) {}

    private record StreamBenchJson(
            @JsonUnwrapped HeadJson head, String linear, int until, int calls, List<CacheVariantJson> variants) {}

    private record SystemsBenchJson(@JsonUnwrapped HeadJson head, String linear, int calls, List<SystemJson> systems) {}

    private record NeighboursBenchJson(
            @JsonUnwrapped HeadJson head, String linear, int rounds, List<NeighbourJson> contestants) {}

    private record NeighbourJson(String name, String unit, List<BesideJson> beside) {
        static NeighbourJson of(NeighbourResult result) {
            List<BesideJson> beside = IntStream.range(0, result.beside().size())
                    .mapToObj(processes -> new BesideJson(
                            processes, TimingJson.of(result.beside().get(processes)), result.share(processes)))
                    .toList();
            return new NeighbourJson(result.name(), result.unit(), beside);
        }
    }

    private record BesideJson(int processes, TimingJson perSecond, double share) {}

    private record MemoryBenchJson(
            @JsonUnwrapped HeadJson head,
            String linear,
            int steps,
            int batch,
            int draws,
            int workers,
            int accumulate,
            boolean recompute,
            TrainingMemoryJson predicted,
            long measuredBytes,
            double predictedOverMeasured) {}

    /** The keys that all benchmarks begin with. */
    private record HeadJson(
            String benchmark,
            String preset,
            BenchClipJson clip,
            String device,
            String processor,
            int threads,
            String measured) {
        static HeadJson of(String benchmark, Workload workload) {
            return new HeadJson(
                    benchmark,
                    workload.config().preset(),
                    BenchClipJson.of(workload),
                    workload.device().str().getString(),
                    Processor.name(),
                    torch.get_num_threads(),
                    workload.device().is_cpu() ? Machine.current().summary() : "");
        }
    }

    private record BenchClipJson(int frames, int height, int width, int rows, int columns) {
        static BenchClipJson of(Workload workload) {
            Grid grid = workload.grid();
            return new BenchClipJson(
                    workload.frames(), workload.height(), workload.width(), grid.height(), grid.width());
        }
    }

    private record ResultJson(List<MeasurementJson> ceilings, List<GroupJson> groups) {
        static ResultJson of(BenchmarkResult result) {
            return new ResultJson(
                    result.ceilings().stream().map(MeasurementJson::of).toList(),
                    result.groups().stream().map(GroupJson::of).toList());
        }
    }

    private record GroupJson(String name, List<String> notes, List<MeasurementJson> lines) {
        static GroupJson of(BenchmarkResult.ContestantGroup group) {
            return new GroupJson(
                    group.name(),
                    group.notes(),
                    group.measurements().stream().map(MeasurementJson::of).toList());
        }
    }

    private record MeasurementJson(
            String name,
            String numbers,
            TimingJson milliseconds,
            long multiplyAddsUseful,
            long multiplyAddsDone,
            double gigaflops,
            double ceiling,
            double share,
            double usefulShare,
            Map<String, RatioJson> faster) {
        static MeasurementJson of(Measurement measurement) {
            Map<String, RatioJson> faster = new LinkedHashMap<>();
            measurement
                    .ratios()
                    .forEach(ratio -> faster.put(ratio.baseline(), new RatioJson(ratio.measured(), ratio.ideal())));
            return new MeasurementJson(
                    measurement.name(),
                    measurement.precision().label(),
                    TimingJson.of(measurement.time()),
                    measurement.useful(),
                    measurement.done(),
                    measurement.gigaflops(),
                    measurement.ceiling(),
                    measurement.share(),
                    measurement.usefulShare(),
                    faster);
        }
    }

    private record RatioJson(double measured, double ideal) {}

    private record TimingJson(double median, double least, double most) {
        static TimingJson of(Timing time) {
            return new TimingJson(time.median(), time.least(), time.most());
        }
    }

    private record SearchJson(String best, List<TrialJson> tried) {
        static SearchJson of(DenseSearch search) {
            return new SearchJson(
                    search.best().name(),
                    search.tried().stream()
                            .map(trial -> new TrialJson(trial.implementation().name(), trial.milliseconds()))
                            .toList());
        }
    }

    private record TrialJson(String way, double milliseconds) {}

    private record LossesJson(
            int window,
            double start,
            double end,
            double largestRelative,
            double rounding,
            double largestAbsolute,
            List<Double> float32,
            List<Double> bfloat16,
            List<Double> reference) {
        static LossesJson of(LossCheck check) {
            return new LossesJson(
                    check.window(),
                    check.start(),
                    check.end(),
                    check.largestRelative(),
                    check.rounding(),
                    check.largestAbsolute(),
                    check.float32(),
                    check.bfloat16(),
                    check.reference());
        }
    }

    private record CacheVariantJson(
            String name,
            List<String> branches,
            FrameMeasurementJson early,
            FrameMeasurementJson late,
            double slowdown,
            double residentGrowth,
            double cacheBytesPerFrame,
            double cacheBytesPerFramePredicted,
            List<PartJson> parts) {
        static CacheVariantJson of(Variant variant) {
            return new CacheVariantJson(
                    variant.name(),
                    variant.branches().stream().map(BranchConfig::summary).toList(),
                    FrameMeasurementJson.of(variant.early()),
                    FrameMeasurementJson.of(variant.late()),
                    variant.slowdown(),
                    variant.residentGrowth(),
                    variant.cacheGrowth(),
                    variant.predictedGrowth(),
                    PartJson.of(variant.parts()));
        }
    }

    private record FrameMeasurementJson(
            int frame,
            TimingJson milliseconds,
            double framesPerSecond,
            long multiplyAdds,
            double ceiling,
            double ceilingShare,
            long residentBytes,
            long cacheBytes,
            long cacheBytesPredicted) {
        static FrameMeasurementJson of(FrameMeasurement frame) {
            return new FrameMeasurementJson(
                    frame.frame(),
                    TimingJson.of(frame.time()),
                    frame.framesPerSecond(),
                    frame.multiplyAdds(),
                    frame.gigaflops(),
                    frame.share(),
                    frame.resident(),
                    frame.cache(),
                    frame.predicted());
        }
    }

    private record SystemJson(
            String name,
            int depth,
            int encoder,
            long parameters,
            long weightBytes,
            double firstFrameMilliseconds,
            TimingJson milliseconds,
            double framesPerSecond,
            double speedup,
            long cacheBytes,
            long multiplyAdds,
            double ceilingGigaflops,
            double ceilingShare,
            List<PartJson> parts) {
        static SystemJson of(SystemResult system) {
            return new SystemJson(
                    EnumNames.of(system.kind()),
                    system.model().depth(),
                    system.model().encoder(),
                    system.parameters(),
                    system.weightBytes(),
                    system.firstFrame(),
                    TimingJson.of(system.frame()),
                    1e3 / system.frame().median(),
                    system.speedup(),
                    system.cacheBytes(),
                    system.multiplyAdds(),
                    system.ceiling(),
                    system.share(),
                    PartJson.of(system.parts()));
        }
    }

    private record PartJson(String name, double milliseconds) {
        static List<PartJson> of(Map<String, Double> parts) {
            return parts.entrySet().stream()
                    .map(part -> new PartJson(part.getKey(), part.getValue()))
                    .toList();
        }
    }

    /** Returns the times of the attention of each branch as JSON. */
    public static String attention(Workload workload, List<BenchmarkResult> results) {
        return JsonOutput.of(new AttentionBenchJson(
                HeadJson.of("attention", workload),
                workload.rounds(),
                results.stream().map(ResultJson::of).toList()));
    }

    /** Returns the times of the attention of one layer as JSON. */
    public static String layer(Workload workload, LayerResult layer) {
        return JsonOutput.of(new LayerBenchJson(
                HeadJson.of("layer", workload),
                workload.rounds(),
                List.of(ResultJson.of(layer.result())),
                SearchJson.of(layer.dense())));
    }

    /** Returns the rates of training and generation beside busy processes. */
    public static String neighbours(Workload workload, List<NeighbourResult> results) {
        return JsonOutput.of(new NeighboursBenchJson(
                HeadJson.of("neighbour", workload),
                MatmulPrecision.of(workload.config().training().linear()).label(),
                workload.rounds(),
                results.stream().map(NeighbourJson::of).toList()));
    }

    /**
     * Returns the times of training steps as JSON.
     *
     * @param check the losses of all variants, or null if they were not compared
     */
    public static String step(Workload workload, StepResult step, @Nullable LossCheck check) {
        Map<String, SearchJson> dense = new LinkedHashMap<>();
        step.dense().forEach((precision, search) -> dense.put(precision.label(), SearchJson.of(search)));
        return JsonOutput.of(new StepBenchJson(
                HeadJson.of("step", workload),
                workload.rounds(),
                List.of(ResultJson.of(step.result())),
                dense,
                check == null ? null : LossesJson.of(check)));
    }

    /**
     * Returns the cost of frames of a long video as JSON, for each variant of the cache.
     *
     * @param linear type of large products
     */
    public static String stream(Workload workload, StreamWorkload generation, String linear, List<Variant> variants) {
        return JsonOutput.of(new StreamBenchJson(
                HeadJson.of("stream", workload),
                linear,
                generation.until(),
                generation.calls(),
                variants.stream().map(CacheVariantJson::of).toList()));
    }

    /**
     * Returns the times of whole systems as JSON.
     *
     * @param linear type of large products
     */
    public static String systems(
            Workload workload, SystemsWorkload generation, String linear, List<SystemResult> systems) {
        return JsonOutput.of(new SystemsBenchJson(
                HeadJson.of("systems", workload),
                linear,
                generation.calls(),
                systems.stream().map(SystemJson::of).toList()));
    }

    /** Returns the measured and the predicted memory of training as JSON, in bytes. */
    public static String memory(Workload workload, int steps, MemoryResult result) {
        TrainingMemory.Step step = result.step();
        return JsonOutput.of(new MemoryBenchJson(
                HeadJson.of("memory", workload),
                MatmulPrecision.of(workload.config().training().linear()).label(),
                steps,
                step.batch(),
                step.draws(),
                step.workers(),
                step.accumulate(),
                step.recompute(),
                TrainingMemoryJson.of(result.predicted()),
                result.measured(),
                result.ratio()));
    }
}
