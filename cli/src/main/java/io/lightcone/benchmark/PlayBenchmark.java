// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Measures the server of {@code play} as its viewers know it: it is started in a process of its own, and steered by the
 * real protocol. Measured are the times from the start of the process to the server, to its page and to the first
 * frame, the frames per second as fast as they come, and, at the pace of the world, the time from a key to the picture
 * that it steers. A viewer here is a connection with a session of its own.
 */
public final class PlayBenchmark {
    private static final long PATIENCE_SECONDS = 120;
    private static final double NANOSECONDS = 1e9;
    /** Between two keys of a viewer: not in step with frames. */
    private static final int LEAST_PAUSE_MILLISECONDS = 130;

    private static final int MOST_PAUSE_MILLISECONDS = 330;
    private static final double PERCENTILE = 0.95;

    private PlayBenchmark() {}

    /**
     * What is measured.
     *
     * @param command that starts the server, which prints the address of its page as its first line
     * @param viewers numbers of viewers to measure with, each at least 1
     * @param seconds that each number of viewers is measured for, as fast as frames come and once more at the pace of
     *     the world
     */
    public record PlayWorkload(List<String> command, List<Integer> viewers, int seconds) {
        public PlayWorkload {
            command = List.copyOf(command);
            viewers = List.copyOf(viewers);
            if (seconds < 1 || seconds > 3600) {
                throw new UserException("seconds must lie between 1 and 3600, not " + seconds);
            }
            for (int count : viewers) {
                if (count < 1 || count > 32) {
                    throw new UserException("viewers must lie between 1 and 32, not " + count);
                }
            }
        }
    }

    /**
     * What was measured.
     *
     * @param world name of the world
     * @param width columns of a picture
     * @param height rows of a picture
     * @param pace frames per second of the world
     * @param listeningSeconds from the start of the process to the line that says where the server listens
     * @param pageSeconds from the start of the process to the page
     * @param firstFrameSeconds from the start of the process to the first frame
     * @param rounds one for each number of viewers
     */
    public record PlayResult(
            String world,
            int width,
            int height,
            double pace,
            double listeningSeconds,
            double pageSeconds,
            double firstFrameSeconds,
            List<PlayRound> rounds) {
        public PlayResult {
            rounds = List.copyOf(rounds);
        }
    }

    /**
     * What a number of viewers saw.
     *
     * @param viewers how many there were
     * @param framesPerSecond of each, as fast as they come
     * @param frameMilliseconds median of what the model took for one, as the server says
     * @param keyMilliseconds from a key to the picture that it steers, median
     * @param slowKeyMilliseconds the same, 95th percentile
     * @param keys how many were pressed
     */
    public record PlayRound(
            int viewers,
            double framesPerSecond,
            double frameMilliseconds,
            double keyMilliseconds,
            double slowKeyMilliseconds,
            int keys) {}

    /**
     * Measures.
     *
     * @throws UserException if the server does not start or its frames do not come
     */
    public static PlayResult run(PlayWorkload workload, BenchmarkListener listener) {
        listener.next("start", 0);
        long start = System.nanoTime();
        Process process = started(workload.command());
        try {
            URI address = ServedPage.address(process);
            double listening = secondsSince(start);
            ServedPage server = new ServedPage(address);
            double page = secondsSince(start);
            try (PlayClient first = server.viewer(0)) {
                first.await(frames -> frames.count() > 0);
                double firstFrame = secondsSince(start);
                List<PlayRound> rounds = new ArrayList<>();
                for (int i = 0; i < workload.viewers().size(); i++) {
                    int count = workload.viewers().get(i);
                    listener.next(
                            count + (count == 1 ? " viewer" : " viewers"),
                            (double) i / workload.viewers().size());
                    rounds.add(round(server, first, count, workload.seconds()));
                }
                PlayClient.About about = first.about();
                return new PlayResult(
                        about.world(),
                        about.width(),
                        about.height(),
                        about.framesPerSecond(),
                        listening,
                        page,
                        firstFrame,
                        rounds);
            }
        } finally {
            end(process);
        }
    }

    /**
     * Connects a viewer to a server, and waits for frames that its model makes.
     *
     * @param page address of the server
     * @param frames how many to wait for
     * @return the name of the world that they are of
     * @throws UserException if the server does not answer, or its frames do not come within two minutes
     */
    public static String watch(URI page, int frames) {
        try (PlayClient viewer = new ServedPage(page).viewer(0)) {
            viewer.await(seen -> seen.count() >= frames);
            return viewer.about().world();
        }
    }

    private static Process started(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UserException("the server cannot be started: " + e.getMessage(), e);
        }
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / NANOSECONDS;
    }

    /** A server that serves its page. */
    private static final class ServedPage {
        private final HttpClient client = HttpClient.newHttpClient();
        private final URI page;

        ServedPage(URI page) {
            this.page = page;
            get(page);
        }

        static URI address(Process process) {
            BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
            CompletableFuture<Optional<String>> line = CompletableFuture.supplyAsync(
                    () -> output.lines().findFirst(), reading -> daemon(reading).start());
            try {
                return URI.create(line.get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .orElseThrow(() -> new UserException("the server has ended before it began; see above"))
                        .strip());
            } catch (TimeoutException e) {
                throw new UserException(
                        "the server does not say where it is within " + PATIENCE_SECONDS + " seconds", e);
            } catch (ExecutionException e) {
                throw new UserException("the server does not say where it is: " + e.getCause(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UserException("interrupted", e);
            }
        }

        private static Thread daemon(Runnable body) {
            Thread thread = new Thread(body, "server-output");
            thread.setDaemon(true);
            return thread;
        }

        private void get(URI address) {
            try {
                int status = client.send(
                                HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status != 200) {
                    throw new UserException("the server answers with " + status + " where its page should be");
                }
            } catch (IOException e) {
                throw new UserException("the server does not answer: " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UserException("interrupted", e);
            }
        }

        PlayClient viewer(int seed) {
            try {
                return PlayClient.connect(client, page, seed);
            } catch (CompletionException e) {
                throw new UserException("no viewer can connect: " + e.getMessage(), e);
            }
        }
    }

    private static PlayRound round(ServedPage server, PlayClient first, int count, int seconds) {
        List<PlayClient> viewers = new ArrayList<>(List.of(first));
        try {
            for (int seed = 1; seed < count; seed++) {
                viewers.add(server.viewer(seed));
            }
            for (PlayClient viewer : viewers) {
                viewer.await(frames -> frames.count() > 0);
                viewer.rate(PlayClient.FASTEST);
            }
            double rate = framesPerSecond(viewers, seconds);
            viewers.forEach(viewer -> viewer.rate(viewer.about().framesPerSecond()));
            double[] keys = keys(viewers, seconds);
            double[] frames = viewers.stream()
                    .flatMapToDouble(PlayClient::takeMilliseconds)
                    .sorted()
                    .toArray();
            return new PlayRound(
                    count, rate, quantile(frames, 0.5), quantile(keys, 0.5), quantile(keys, PERCENTILE), keys.length);
        } finally {
            viewers.subList(1, viewers.size()).forEach(PlayClient::close);
        }
    }

    /** Returns the frames per second of each viewer, in the mean. */
    private static double framesPerSecond(List<PlayClient> viewers, int seconds) {
        long before = viewers.stream().mapToLong(PlayClient::count).sum();
        long start = System.nanoTime();
        sleep(TimeUnit.SECONDS.toMillis(seconds));
        long made = viewers.stream().mapToLong(PlayClient::count).sum() - before;
        return made / secondsSince(start) / viewers.size();
    }

    /** Presses keys of all viewers in turns and returns the milliseconds to their pictures, in rising order. */
    private static double[] keys(List<PlayClient> viewers, int seconds) {
        SplittableRandom random = new SplittableRandom(1);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<Double> taken = new ArrayList<>();
        while (System.nanoTime() < end || taken.isEmpty()) {
            for (PlayClient viewer : viewers) {
                long pressed = System.nanoTime();
                long id = viewer.press(random);
                viewer.await(frames -> frames.lastId() >= id);
                taken.add(1e3 * secondsSince(pressed));
                int pause = random.nextInt(LEAST_PAUSE_MILLISECONDS, MOST_PAUSE_MILLISECONDS) / viewers.size();
                sleep(pause);
            }
        }
        return taken.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserException("interrupted", e);
        }
    }

    /** Returns a quantile of numbers in rising order, the nearest of them. */
    static double quantile(double[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
