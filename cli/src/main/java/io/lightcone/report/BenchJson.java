// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.attention.Grid;
import io.lightcone.benchmark.DenseSearch;
import io.lightcone.benchmark.Line;
import io.lightcone.benchmark.LossCheck;
import io.lightcone.benchmark.Result;
import io.lightcone.benchmark.Result.Group;
import io.lightcone.benchmark.Setting;
import io.lightcone.benchmark.StreamBenchmark.Moment;
import io.lightcone.benchmark.StreamBenchmark.Variant;
import io.lightcone.benchmark.SystemsBenchmark.Measured;
import io.lightcone.benchmark.Timing;
import io.lightcone.model.BranchConfig;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** What the benchmarks print with {@code --json}: times in milliseconds, speeds in 10^9 operations a second. */
public final class BenchJson {
    private BenchJson() {}

    /** Of a benchmark whose contestants run in rounds. */
    public static Json ofRounds(String what, Setting setting) {
        return of(what, setting).put("rounds", setting.rounds());
    }

    public static Json of(String what, Setting setting) {
        Grid grid = setting.grid();
        Json clip = new Json()
                .put("frames", setting.frames())
                .put("height", setting.height())
                .put("width", setting.width())
                .put("rows", grid.height())
                .put("columns", grid.width());
        return new Json()
                .put("benchmark", what)
                .put("preset", setting.config().preset())
                .put("clip", clip)
                .put("device", setting.device().str().getString())
                .put("threads", torch.get_num_threads());
    }

    public static List<Map<String, @Nullable Object>> results(List<Result> results) {
        return list(
                results,
                result -> new Json()
                        .put("ceilings", list(result.ceilings(), BenchJson::line))
                        .put("groups", list(result.groups(), BenchJson::group)));
    }

    private static Json group(Group group) {
        return new Json()
                .put("name", group.name())
                .put("notes", group.notes())
                .put("lines", list(group.lines(), BenchJson::line));
    }

    private static Json line(Line line) {
        Json ratios = new Json();
        line.ratios()
                .forEach(ratio -> ratios.put(
                        ratio.yardstick(),
                        new Json().put("measured", ratio.measured()).put("ideal", ratio.ideal())));
        return new Json()
                .put("name", line.name())
                .put("numbers", line.numbers().words())
                .put("milliseconds", timing(line.time()))
                .put("multiplyAddsUseful", line.useful())
                .put("multiplyAddsDone", line.done())
                .put("gigaflops", line.gigaflops())
                .put("ceiling", line.ceiling())
                .put("share", line.share())
                .put("faster", ratios);
    }

    private static Json timing(Timing time) {
        return new Json()
                .put("median", time.median())
                .put("least", time.least())
                .put("most", time.most());
    }

    public static Json ways(DenseSearch search) {
        return new Json()
                .put("best", search.best().name())
                .put(
                        "tried",
                        list(
                                search.tried(),
                                each -> new Json()
                                        .put("way", each.way().name())
                                        .put("milliseconds", each.milliseconds())));
    }

    public static Json losses(LossCheck check) {
        return new Json()
                .put("window", check.window())
                .put("start", check.start())
                .put("end", check.end())
                .put("largestRelative", check.largestRelative())
                .put("rounding", check.rounding())
                .put("largestAbsolute", check.largestAbsolute())
                .put("float32", check.float32())
                .put("bfloat16", check.bfloat16())
                .put("reference", check.reference());
    }

    public static List<Map<String, @Nullable Object>> variants(List<Variant> variants) {
        return list(
                variants,
                variant -> new Json()
                        .put("name", variant.name())
                        .put(
                                "branches",
                                variant.branches().stream()
                                        .map(BranchConfig::summary)
                                        .toList())
                        .put("early", moment(variant.early()))
                        .put("late", moment(variant.late()))
                        .put("slowdown", variant.slowdown())
                        .put("residentGrowth", variant.residentGrowth())
                        .put("cacheBytesPerFrame", variant.cacheGrowth())
                        .put("cacheBytesPerFramePredicted", variant.predictedGrowth()));
    }

    public static List<Map<String, @Nullable Object>> systems(List<Measured> systems) {
        return list(
                systems,
                each -> new Json()
                        .put("name", EnumNames.of(each.kind()))
                        .put("depth", each.model().depth())
                        .put("encoder", each.model().encoder())
                        .put("parameters", each.parameters())
                        .put("weightBytes", each.weightBytes())
                        .put("firstFrameMilliseconds", each.firstFrame())
                        .put("milliseconds", timing(each.frame()))
                        .put("framesPerSecond", 1e3 / each.frame().median())
                        .put("speedup", each.speedup())
                        .put("cacheBytes", each.cacheBytes()));
    }

    private static Json moment(Moment moment) {
        return new Json()
                .put("frame", moment.frame())
                .put("milliseconds", timing(moment.time()))
                .put("ceiling", moment.gigaflops())
                .put("residentBytes", moment.resident())
                .put("cacheBytes", moment.cache())
                .put("cacheBytesPredicted", moment.predicted());
    }

    private static <T> List<Map<String, @Nullable Object>> list(List<T> items, Function<T, Json> json) {
        return items.stream().map(item -> json.apply(item).map()).toList();
    }
}
