// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.lightcone.tensor.Profile.Part;
import io.lightcone.tensor.Profile.Work;
import io.lightcone.tensor.Timeline.Span;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests that spans are recorded as they nest, that their times add up, and that they cost nothing otherwise. */
class ProfilerTest {
    private static final Device CPU = new Device("cpu");
    private static final Offset<Double> ROUNDING = Offset.offset(1e-6);

    @TempDir
    private Path folder = Path.of("");

    private final List<Profile> profiles = new ArrayList<>();
    private final List<@Nullable Path> traces = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();

    private final ProfileListener listener = new ProfileListener() {
        @Override
        public void message(String text) {
            messages.add(text);
        }

        @Override
        public void profiled(Profile profile, @Nullable Path trace) {
            profiles.add(profile);
            traces.add(trace);
        }
    };

    private Profiler profiler(int skipped, int wanted) {
        return new Profiler("step", skipped, wanted, CPU, folder, listener);
    }

    /** Runs steps of which each is {@code body}, and returns what was recorded. */
    private Profile profile(int steps, int skipped, int wanted, Runnable body) {
        profiles.clear();
        try (Profiler profiler = profiler(skipped, wanted)) {
            for (int step = 1; step <= steps; step++) {
                profiler.begin(step);
                body.run();
                profiler.end();
            }
        }
        assertThat(profiles).hasSize(1);
        return profiles.get(0);
    }

    private static void span(String name, Runnable inside) {
        try (Span span = Timeline.span(name)) {
            inside.run();
        }
    }

    private static void work() {
        double x = 1;
        for (int i = 0; i < 2_000; i++) {
            x = Math.sqrt(x + i);
        }
        assertThat(x).isPositive();
    }

    @Test
    void whatIsDoneSeveralTimesIsRecordedByNameWithoutATrace() {
        AtomicInteger calls = new AtomicInteger();
        Profile profile = Profiler.record("frame", 3, CPU, () -> {
                    calls.incrementAndGet();
                    span("layer", () -> span("output", ProfilerTest::work));
                    span("output", ProfilerTest::work);
                })
                .orElseThrow();
        assertThat(calls).hasValue(3);
        assertThat(profile.name()).isEqualTo("frames-1-to-3");
        requireAddsUp(profile);
        Map<String, Double> own = profile.ownByName();
        assertThat(own).containsOnlyKeys("layer", "output", "other");
        assertThat(own.values().stream().mapToDouble(Double::doubleValue).sum())
                .isCloseTo(profile.milliseconds(), ROUNDING);
        double output = profile.work().get(0).parts().stream()
                .filter(part -> part.name().equals("output"))
                .mapToDouble(Part::own)
                .sum();
        assertThat(own.get("output")).isCloseTo(output, ROUNDING);
        assertThat(folder).isEmptyDirectory();
        assertThat(Timeline.span("afterwards")).isSameAs(Span.NONE);
    }

    @Test
    void whatHasMoreSpansThanFitIsRecordedAsFarAsItIsWhole() {
        int each = Timeline.MOST_SPANS / 3;
        Runnable many = () -> {
            for (int i = 0; i < each; i++) {
                Timeline.span("many").close();
            }
        };
        assertThat(Profiler.record("frame", 9, CPU, many).orElseThrow().count()).isEqualTo(2);
        assertThat(Profiler.record("frame", 9, CPU, () -> {
                    many.run();
                    many.run();
                    many.run();
                    many.run();
                }))
                .isEmpty();
        assertThatThrownBy(() -> Profiler.record("frame", 9, CPU, () -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");
        assertThat(Timeline.span("afterwards")).isSameAs(Span.NONE);
    }

    private static void requireAddsUp(Profile profile) {
        for (Work work : profile.work()) {
            double own = work.parts().stream().mapToDouble(Part::own).sum();
            assertThat(own + work.other()).as(work.name()).isCloseTo(profile.milliseconds(), ROUNDING);
            assertThat(work.parts()).allSatisfy(part -> assertThat(part.own()).isNotNegative());
            assertThat(work.other()).isGreaterThan(-1e-9);
        }
    }

    @Test
    void spansNestAndTheirTimesAddUpToThatOfTheSteps() {
        Profile profile = profile(7, 2, 4, () -> {
            work();
            span("outer", () -> {
                work();
                for (int i = 0; i < 3; i++) {
                    span("inner", ProfilerTest::work);
                }
            });
            span("last", ProfilerTest::work);
        });
        assertThat(profile.name()).isEqualTo("steps-3-to-6");
        assertThat(profile.count()).isEqualTo(4);
        Work work = profile.work().get(0);
        assertThat(work.name()).isEqualTo(Thread.currentThread().getName());
        assertThat(work.parts()).extracting(Part::name).containsExactly("outer", "inner", "last");
        assertThat(work.parts()).extracting(Part::depth).containsExactly(0, 1, 0);
        assertThat(work.parts()).extracting(Part::calls).containsExactly(1.0, 3.0, 1.0);
        Part outer = work.parts().get(0);
        Part inner = work.parts().get(1);
        assertThat(outer.milliseconds()).isCloseTo(outer.own() + inner.milliseconds(), ROUNDING);
        assertThat(inner.own()).isPositive().isCloseTo(inner.milliseconds(), ROUNDING);
        assertThat(outer.own()).isPositive();
        assertThat(work.other()).isPositive();
        requireAddsUp(profile);
        assertThat(messages).isEmpty();
    }

    @Test
    void spansThatFollowEachOtherDoNotNest() {
        Profile profile = profile(1, 0, 1, () -> {
            Span span = Timeline.span("first");
            work();
            span = span.then("second");
            work();
            span.close();
        });
        assertThat(profile.work().get(0).parts()).extracting(Part::depth).containsExactly(0, 0);
        requireAddsUp(profile);
    }

    /** An exception may pass by the end of a span that is not in a try statement. */
    @Test
    void aSpanThatIsNeverClosedEndsWithTheOneAroundIt() {
        Profile profile = profile(2, 0, 2, () -> {
            span("around", () -> Timeline.span("forgotten"));
            span("after", ProfilerTest::work);
        });
        List<Part> parts = profile.work().get(0).parts();
        assertThat(parts).extracting(Part::name).containsExactly("around", "forgotten", "after");
        assertThat(parts).extracting(Part::depth).containsExactly(0, 1, 0);
        requireAddsUp(profile);
    }

    @Test
    void nothingIsRecordedOrAllocatedWhileNobodyProfiles() {
        assertThat(Timeline.span("a")).isSameAs(Timeline.span("b", 1)).isSameAs(Span.NONE);
        assertThat(Timeline.span("a").then("b")).isSameAs(Span.NONE);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        spans(1_000); // loads classes
        long before = threads.getCurrentThreadAllocatedBytes();
        spans(100_000);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }

    private static void spans(int count) {
        for (int i = 0; i < count; i++) {
            try (Span outer = Timeline.span("outer")) {
                Span inner = Timeline.span("inner", i);
                inner = inner.then("next");
                inner.close();
            }
        }
    }

    @Test
    void eachWorkerHasATrackOfItsOwnThatIsNamedAfterWhatItsCallerDoes() {
        try (Workers workers = Workers.of(2, 1)) {
            Profile profile = profile(
                    3,
                    1,
                    2,
                    () -> span("gradients", () -> workers.run(2, worker -> span("forwards", ProfilerTest::work))));
            assertThat(profile.work()).extracting(Work::name).containsExactly(name(), "lightcone-worker");
            assertThat(profile.work()).extracting(Work::count).containsExactly(1, 2);
            assertThat(profile.work().get(0).parts())
                    .extracting(Part::name)
                    .containsExactly("gradients", "waiting for workers");
            List<Part> ofWorkers = profile.work().get(1).parts();
            assertThat(ofWorkers).extracting(Part::name).containsExactly("waiting", "gradients", "forwards");
            assertThat(ofWorkers).extracting(Part::depth).containsExactly(0, 0, 1);
            assertThat(ofWorkers.subList(1, 3)).extracting(Part::calls).containsExactly(1.0, 1.0);
            assertThat(profile.work().get(1).other()).isCloseTo(0, ROUNDING);
            assertThat(profile.threads())
                    .extracting(Profile.ThreadSpans::name)
                    .hasSize(3)
                    .doesNotHaveDuplicates();
            requireAddsUp(profile);
            workers.run(2, worker -> assertThat(Timeline.span("unrecorded")).isSameAs(Span.NONE));
        }
    }

    private static String name() {
        return Thread.currentThread().getName();
    }

    @Test
    void aThreadThatIsGivenNoTasksIsNotRecordedAndMayRecordItself() throws InterruptedException, ExecutionException {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Profile profile = profile(1, 0, 1, () -> {
                List<Profile> own = new ArrayList<>();
                ProfileListener ofOther = new ProfileListener() {
                    @Override
                    public void profiled(Profile found, @Nullable Path trace) {
                        own.add(found);
                    }
                };
                CompletableFuture.runAsync(
                                () -> {
                                    assertThat(Timeline.span("unseen")).isSameAs(Span.NONE);
                                    try (Profiler profiler = new Profiler("frame", 0, 1, CPU, folder, ofOther)) {
                                        profiler.begin(1);
                                        span("seen by itself", ProfilerTest::work);
                                        profiler.end();
                                    }
                                },
                                other)
                        .join();
                assertThat(own.get(0).work().get(0).parts())
                        .extracting(Part::name)
                        .containsExactly("seen by itself");
                span("seen", ProfilerTest::work);
            });
            assertThat(profile.work()).hasSize(1);
            assertThat(profile.work().get(0).parts()).extracting(Part::name).containsExactly("seen");
        } finally {
            other.shutdown();
        }
    }

    /** As the loader of batches does, whose task goes on while the training ends. */
    @Test
    void aTaskThatRunsWhenTheRecordingEndsIsCutThere() throws InterruptedException, ExecutionException {
        ExecutorService other = Executors.newSingleThreadExecutor();
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        CompletableFuture<Boolean> running = new CompletableFuture<>();
        try {
            List<Future<Span>> task = new ArrayList<>();
            Profile profile = profile(
                    1,
                    0,
                    1,
                    () -> task.add(other.submit(Timeline.carried("loading", () -> {
                        Span span = Timeline.span("reading");
                        running.complete(true);
                        ended.join();
                        span.close();
                        return Timeline.span("too late");
                    }))));
            running.join();
            ended.complete(true);
            assertThat(task.get(0).get()).isSameAs(Span.NONE);
            requireAddsUp(profile);
        } finally {
            other.shutdown();
        }
    }

    @Test
    void aThreadIsRecordedOnceAtATime() {
        try (Profiler profiler = profiler(0, 1);
                Profiler second = profiler(0, 1)) {
            profiler.begin(1);
            assertThatThrownBy(() -> second.begin(1)).isInstanceOf(IllegalStateException.class);
            profiler.end();
        }
        assertThat(profiles).hasSize(1);
    }

    @Test
    void stepsThatDoNotFollowAreSaid() {
        Profile profile = profile(5, 3, 20, ProfilerTest::work);
        assertThat(profile.name()).isEqualTo("steps-4-to-5");
        assertThat(messages).containsExactly("Only 2 steps could be recorded: there were no more.");
        messages.clear();
        profile(5, 3, Profiler.ALL, ProfilerTest::work);
        assertThat(messages).isEmpty();
        profiles.clear();
        try (Profiler profiler = profiler(3, 20)) {
            profiler.begin(1);
            profiler.end();
        }
        assertThat(messages)
                .containsExactly("No step could be recorded: the first 3 steps never are, as they prepare the others,"
                        + " and no more were completed.");
        assertThat(profiles).isEmpty();
    }

    /** A step that fails is not recorded, and neither is what happens after it. */
    @Test
    void aStepThatIsBrokenOffIsLeftOut() {
        try (Profiler profiler = profiler(0, 3)) {
            profiler.begin(1);
            span("whole", ProfilerTest::work);
            profiler.end();
            profiler.begin(2);
            span("broken", ProfilerTest::work);
        }
        assertThat(profiles.get(0).name()).isEqualTo("steps-1-to-1");
        assertThat(profiles.get(0).work().get(0).parts()).extracting(Part::name).containsExactly("whole");
        requireAddsUp(profiles.get(0));
    }

    @Test
    void memoryIsBoundedAndTheLastStepIsAWholeOne() {
        int each = Timeline.MOST_SPANS / 3;
        Profile profile = profile(5, 0, 5, () -> {
            for (int i = 0; i < each; i++) {
                Timeline.span("many").close();
            }
        });
        assertThat(profile.name()).isEqualTo("steps-1-to-2");
        assertThat(profile.work().get(0).parts().get(0).calls()).isEqualTo(each);
        assertThat(messages)
                .containsExactly("Only 2 steps could be recorded: the spans of more would take too much memory.");
        requireAddsUp(profile);
    }

    /** These are the fields that Perfetto reads, and spans of a thread lie inside or beside each other. */
    @Test
    void theTraceIsJsonOfCompleteEvents() throws IOException {
        try (Workers workers = Workers.of(2, 1)) {
            profile(
                    3,
                    0,
                    3,
                    () -> span("outer \"quoted\"", () -> {
                        workers.run(2, worker -> span("inner", ProfilerTest::work));
                        Timeline.span("layer", 7).close();
                    }));
        }
        Path trace = Objects.requireNonNull(traces.get(0));
        assertThat(trace).isEqualTo(folder.resolve("steps-1-to-3.json"));
        String json = Files.readString(trace);
        assertThat(json).as("times are plain decimal numbers").doesNotContainPattern("\\d[eE][+-]?\\d");
        JsonNode events = JsonMapper.shared().readTree(json).get("traceEvents");
        Map<Integer, String> threads = new HashMap<>();
        Map<Integer, Deque<long[]>> open = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (JsonNode event : events) {
            assertThat(event.get("pid").asInt()).isEqualTo(1);
            int thread = event.get("tid").asInt();
            String name = event.get("name").asString();
            if (event.get("ph").asString().equals("M")) {
                if (name.equals("thread_name")) {
                    threads.put(thread, event.get("args").get("name").asString());
                }
                continue;
            }
            assertThat(event.get("ph").asString()).isEqualTo("X");
            names.add(name);
            long start = nanoseconds(event.get("ts"));
            long end = start + nanoseconds(event.get("dur"));
            assertThat(start).isNotNegative();
            assertThat(end).isGreaterThanOrEqualTo(start);
            Deque<long[]> around = open.computeIfAbsent(thread, any -> new ArrayDeque<>());
            while (!around.isEmpty() && around.getLast()[1] <= start) {
                around.removeLast();
            }
            if (!around.isEmpty()) {
                assertThat(end).as(name).isLessThanOrEqualTo(around.getLast()[1]);
            }
            around.addLast(new long[] {start, end});
        }
        assertThat(open.keySet()).isEqualTo(threads.keySet());
        assertThat(threads.values()).containsExactlyInAnyOrder(name(), "lightcone-worker-1", "lightcone-worker-2");
        assertThat(names).contains("step 1", "step 3", "outer \"quoted\"", "inner", "waiting", "layer 7");
    }

    private static long nanoseconds(JsonNode microseconds) {
        return Math.round(microseconds.asDouble() * 1_000);
    }

    @Test
    void aTraceThatCannotBeWrittenCostsNothingElse() throws IOException {
        folder = Files.writeString(folder.resolve("a file"), "in the way");
        profile(1, 0, 1, ProfilerTest::work);
        assertThat(traces).containsOnlyNulls();
        assertThat(messages)
                .singleElement()
                .asString()
                .startsWith("Note: the trace ")
                .contains("cannot be written");
    }
}
