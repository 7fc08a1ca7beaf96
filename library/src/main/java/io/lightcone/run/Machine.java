// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.DurableFiles;
import io.lightcone.UserFolders;
import io.lightcone.tensor.AttentionProducts;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Precision;
import io.lightcone.tensor.Processor;
import io.lightcone.tensor.SpeedProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Describes how this machine computes best, as measured: processors differ so much that no constant is right. What is
 * measured takes some three seconds at most, once; it is kept in the user's cache folder and found again as long as
 * processor, threads, library, the way in which threads wait and the kernels that OpenBLAS is told to use are the same.
 *
 * @param processor name of the processor
 * @param threads threads that libtorch may use
 * @param libtorch its version
 * @param settings what the environment says to libgomp of how long threads that wait for one another keep their core,
 *     and to OpenBLAS of its kernels
 * @param float32 speed of large products in float32, in GFLOP/s
 * @param bfloat16 speed of large products in bfloat16, in GFLOP/s
 * @param attentionFloat32 speed of attention of a frame to those before it in float32, in GFLOP/s of one thread
 * @param attentionBfloat16 the same in bfloat16, in the faster of two ways
 * @param attentionByTwoProducts whether that is by two products, because the fused kernel in bfloat16 is many times
 *     slower
 * @param trainingAttentionFloat32 speed of attention in training in float32, backwards too, in GFLOP/s of one thread
 * @param trainingAttentionBfloat16 the same in bfloat16, by two products
 * @param splitFrom multiply-adds of the largest operation of a model from which on a frame is faster when libtorch
 *     splits each operation over all threads than with one thread; -1 if it never is
 * @param splitTrainingFrom multiply-adds of the largest operation of a worker from which on training is faster when
 *     libtorch splits each operation over all threads than by a worker on each thread; -1 if it never is
 */
public record Machine(
        String processor,
        int threads,
        String libtorch,
        String settings,
        double float32,
        double bfloat16,
        double attentionFloat32,
        double attentionBfloat16,
        boolean attentionByTwoProducts,
        double trainingAttentionFloat32,
        double trainingAttentionBfloat16,
        long splitFrom,
        long splitTrainingFrom) {
    /** How many times as fast bfloat16 must be, since it is less exact. */
    private static final double WORTHWHILE = 1.5;

    /** How many times as fast two products must be to take the place of the fused kernel: it is no close call. */
    private static final double MUCH_FASTER = 3;

    /** The layers that are measured, small to large: tokens and width. */
    private static final int[][] LAYERS = {{64, 256}, {256, 384}, {256, 512}, {256, 768}, {512, 1024}};

    /** The layer that is measured in training, likewise; models of smaller ones are trained by workers anyway. */
    private static final int[] TRAINED_LAYER = {256, 768};

    /** The {@link #splitFrom} of a machine on which one thread, or a worker on each, is always as fast. */
    public static final long NEVER = -1;

    /** What all threads must gain on one to be worth that others cannot have them. */
    private static final double GAIN = 1.15;

    private static final int COMPARISONS = 3;

    /** Workers that are measured at most: each has weights and gradients of its own. */
    private static final int MOST_WORKERS = 8;

    /** What is known in this process, by the number of threads. */
    private static final Map<Integer, Machine> KNOWN = new HashMap<>();

    private static volatile Consumer<String> measuredListener = message -> {};

    /** Holds what reads and writes the kept file, which takes a moment to create and is seldom needed. */
    private static final class Kept {
        static final JsonMapper JSON = JsonMapper.builder()
                .enable(
                        DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .build();
    }

    public Machine {
        boolean fast = float32 > 0 && bfloat16 > 0 && attentionFloat32 > 0 && attentionBfloat16 > 0;
        fast &= trainingAttentionFloat32 > 0 && trainingAttentionBfloat16 > 0;
        if (threads < 1 || !fast || splitFrom < NEVER || splitTrainingFrom < NEVER) {
            throw new IllegalArgumentException("a machine has threads and speeds above 0");
        }
    }

    /**
     * Sets who hears in one line, from now on and in the whole process, what was found when this machine had to be
     * measured because something was about to be computed. At first it is nobody.
     */
    public static void onMeasured(Consumer<String> listener) {
        measuredListener = listener;
    }

    /** Returns this machine with the threads that the program computes with, measured now if nobody has done so. */
    public static Machine current() {
        return current(Libtorch.threads(), UserFolders.cache());
    }

    static Machine current(int threads, Path folder) {
        Machine measured;
        synchronized (Machine.class) {
            Machine known = known(threads, folder);
            if (known != null) {
                return known;
            }
            measured = measured(threads, folder);
        }
        measuredListener.accept("Measured once how this machine computes best: " + measured.summary() + ".");
        return measured;
    }

    private static synchronized @Nullable Machine known(int threads, Path folder) {
        Machine found = KNOWN.get(threads);
        if (found == null) {
            found = kept(file(threads, folder));
            if (found == null || !found.isThis(threads)) {
                return null;
            }
            know(found);
        }
        return found;
    }

    /** Takes a machine for the present one in this process, until {@link #forget}. */
    static synchronized void know(Machine machine) {
        KNOWN.put(machine.threads, machine);
        AttentionProducts.setByTwoProducts(machine.attentionByTwoProducts);
    }

    /** Measures this machine anew, and keeps the result. */
    public static Machine measured() {
        return measured(Libtorch.threads(), UserFolders.cache());
    }

    static synchronized Machine measured(int threads, Path folder) {
        double[] speeds = new double[7];
        Libtorch.withThreads(threads, () -> {
            speeds[0] = SpeedProbe.productGigaflops(ScalarType.Float);
            speeds[1] = SpeedProbe.productGigaflops(ScalarType.BFloat16);
        });
        Libtorch.withThreads(1, () -> {
            speeds[2] = SpeedProbe.fusedAttentionGigaflops(ScalarType.Float);
            speeds[3] = SpeedProbe.fusedAttentionGigaflops(ScalarType.BFloat16);
            speeds[6] = SpeedProbe.twoProductsGigaflops(ScalarType.BFloat16);
            speeds[4] = SpeedProbe.trainingAttentionGigaflops(ScalarType.Float);
            speeds[5] = SpeedProbe.trainingAttentionGigaflops(ScalarType.BFloat16);
        });
        ScalarType linear =
                fastest(speeds[0], speeds[1]) == Precision.BFLOAT16 ? ScalarType.BFloat16 : ScalarType.Float;
        boolean products = speeds[6] > MUCH_FASTER * speeds[3];
        Machine measured = new Machine(
                Processor.name(),
                threads,
                Libtorch.version(),
                environmentSettings(),
                speeds[0],
                speeds[1],
                speeds[2],
                products ? speeds[6] : speeds[3],
                products,
                speeds[4],
                speeds[5],
                splitFrom(threads, linear),
                splitTrainingFrom(threads, linear));
        know(measured);
        keep(measured, file(threads, folder));
        return measured;
    }

    /** Forgets what is known in this process, but not what is kept. */
    static synchronized void forget() {
        KNOWN.clear();
    }

    private static String environmentSettings() {
        return Stream.of("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OPENBLAS_CORETYPE")
                .filter(name -> System.getenv(name) != null)
                .map(name -> name + "=" + System.getenv(name))
                .collect(Collectors.joining(" "));
    }

    /**
     * Returns the size of the smallest layer that all threads compute faster than one, as they do all larger ones. The
     * largest comes first: where threads gain nothing there, the others need not be measured.
     */
    private static long splitFrom(int threads, ScalarType linear) {
        long from = NEVER;
        for (int i = LAYERS.length - 1; threads > 1 && i >= 0; i--) {
            SpeedProbe.Layer probe = new SpeedProbe.Layer(LAYERS[i][0], LAYERS[i][1], linear);
            if (probe.milliseconds(1) <= GAIN * probe.milliseconds(threads)) {
                break;
            }
            from = probe.largestOperation();
        }
        return from;
    }

    /** Returns the size of {@link #TRAINED_LAYER} if threads train it faster together than as workers. */
    private static long splitTrainingFrom(int threads, ScalarType linear) {
        SpeedProbe.TrainedLayer probe = new SpeedProbe.TrainedLayer(TRAINED_LAYER[0], TRAINED_LAYER[1], linear);
        return threads > 1 && trainsTogether(probe, Math.min(threads, MOST_WORKERS)) ? probe.largestOperation() : NEVER;
    }

    /** Compares several times, since a program that takes a core away meanwhile slows workers most. */
    private static boolean trainsTogether(SpeedProbe.TrainedLayer probe, int threads) {
        return IntStream.range(0, COMPARISONS)
                .allMatch(i -> probe.milliseconds(threads, true) > GAIN * probe.milliseconds(threads, false));
    }

    /** Returns in a line what was measured and what follows from it, beginning with the name of the processor. */
    public String summary() {
        return String.format(
                Locale.ROOT,
                "%s, threads: %d, libtorch %s: %s",
                processor,
                threads,
                libtorch,
                String.join(", ", findings()));
    }

    /** Returns what was measured and what follows from it, in a few words each. */
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        findings.add(String.format(
                Locale.ROOT,
                "products in %s (%.0f GFLOP/s in float32, %.0f in bfloat16)",
                lowerCase(linear()),
                float32,
                bfloat16));
        findings.add("attention in " + lowerCase(whereProductsAre(trainingAttention())) + " in training and in "
                + lowerCase(whereProductsAre(cached())) + " in generation");
        findings.add(
                "training " + (splitTrainingFrom == NEVER ? "" : "of small models ") + "by a worker on each thread");
        findings.add((splitFrom == NEVER ? "frames" : "small frames") + " by one thread");
        return findings;
    }

    /** Returns the type of attention where the type of large products is left to this machine too. */
    public Precision whereProductsAre(Precision attention) {
        return linear() == Precision.BFLOAT16 ? attention : Precision.FLOAT32;
    }

    private static String lowerCase(Precision precision) {
        return precision.toString().toLowerCase(Locale.ROOT);
    }

    /** Returns the type in which this machine computes large products. */
    public Precision linear() {
        return fastest(float32, bfloat16);
    }

    /** Returns the type of attention to frames that are remembered, for models whose products are bfloat16. */
    public Precision cached() {
        return fastest(attentionFloat32, attentionBfloat16);
    }

    /** Returns the type of attention in training, for models whose products are bfloat16. */
    public Precision trainingAttention() {
        return fastest(trainingAttentionFloat32, trainingAttentionBfloat16);
    }

    /** Returns the type in which attention is fastest in training on {@code device}; of a CPU as measured. */
    public static Precision attentionOn(Device device) {
        return device.is_cuda() ? Precision.FLOAT32 : current().trainingAttention();
    }

    /** Returns the type in which large products are fastest on {@code device}; of a CPU as measured. */
    public static Precision linearOn(Device device) {
        return device.is_cuda() ? Precision.BFLOAT16 : current().linear();
    }

    /** Returns whether large products in {@code type} are slower here than in float32. */
    boolean isSlower(Precision type) {
        return type == Precision.BFLOAT16 && bfloat16 < float32;
    }

    /** Returns whether attention in {@code type}, without gradients, is slower here than in float32. */
    boolean isSlowerInAttention(Precision type) {
        return type == Precision.BFLOAT16 && attentionBfloat16 < attentionFloat32;
    }

    private static Precision fastest(double float32, double bfloat16) {
        return bfloat16 > WORTHWHILE * float32 ? Precision.BFLOAT16 : Precision.FLOAT32;
    }

    /** Returns the threads to split operations over, the largest of which has so many multiply-adds. */
    public int threadsFor(long multiplyAdds) {
        return splitFrom != NEVER && multiplyAdds >= splitFrom ? threads : 1;
    }

    /**
     * Returns whether workers on a thread each train a model slower than one worker with all threads.
     *
     * @param multiplyAdds of the largest operation of one of the workers
     */
    public boolean trainsTogether(long multiplyAdds) {
        return splitTrainingFrom != NEVER && multiplyAdds >= splitTrainingFrom;
    }

    private boolean isThis(int threadsNow) {
        return threads == threadsNow
                && processor.equals(Processor.name())
                && libtorch.equals(Libtorch.version())
                && settings.equals(environmentSettings());
    }

    private static Path file(int threads, Path folder) {
        return folder.resolve("machine-" + threads + ".json");
    }

    /** Returns what was kept in {@code file}, or null if there is nothing that can be read. */
    static @Nullable Machine kept(Path file) {
        try {
            return Kept.JSON.readValue(Files.readAllBytes(file), Machine.class);
        } catch (IOException | JacksonException e) {
            return null;
        }
    }

    /** Keeps {@code machine} if that is possible; else it is measured again the next time. */
    static void keep(Machine machine, Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            byte[] json = (Kept.JSON.writeValueAsString(machine) + "\n").getBytes(StandardCharsets.UTF_8);
            DurableFiles.replace(file, beside -> DurableFiles.write(beside, json));
        } catch (IOException | RuntimeException e) {
            // A folder that cannot be written to costs the time to measure at each start.
        }
    }
}
