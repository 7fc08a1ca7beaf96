// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.testing.Repository;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests the script that starts the program, with another program in the place of Java that prints how it was called.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is a script for the shells of other systems")
class LauncherTest {
    private static final String JAVA = """
            #!/bin/sh
            if [ "$1" = -XshowSettings:properties ]; then
                echo '    java.specification.version = 17' >&2
                echo "    java.vm.version = 17.${UPDATE:-0}" >&2
                exit
            fi
            for argument in "$@"; do
                case "$argument" in
                    -XX:ArchiveClassesAtExit=*)
                        archive=${argument#*=}
                        echo "$*" >>"${0%/*}/archived"
                        ;;
                esac
            done
            if [ -n "${archive:-}" ]; then
                echo classes >"$archive"
                exit "${REHEARSED:-0}"
            else
                echo "locale ${LC_ALL:-none}"
                echo "kernels ${OPENBLAS_CORETYPE:-none}"
                echo "arenas ${MALLOC_ARENA_MAX:-none}"
                for argument in "$@"; do echo "argument $argument"; done
            fi
            """;

    /** A launcher in a folder of its own, with a build that is current, and its Java. */
    private static Path installed(Path home) throws IOException {
        Path launcher = Files.createDirectories(home).resolve("lightcone");
        Files.copy(Repository.file("lightcone"), launcher);
        Files.writeString(home.resolve("pom.xml"), "");
        for (String module : List.of("library", "web", "cli")) {
            Files.createDirectories(home.resolve(module).resolve("src/main"));
            Files.writeString(home.resolve(module).resolve("pom.xml"), "");
        }
        Path java = Files.createDirectories(home.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, JAVA);
        for (Path script : List.of(launcher, java)) {
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.createDirectories(home.resolve("cli/target"));
        Files.writeString(home.resolve("cli/target/lightcone.jar"), "");
        return launcher;
    }

    private static String start(Path launcher, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command().add(launcher.toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("JAVA_HOME", launcher.resolveSibling("jdk").toString());
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** Under the plain locale Java would lose every letter of a name that is not English. */
    @ParameterizedTest
    @CsvSource({"LC_ALL, C", "LC_ALL, POSIX", "LANG, xx_YY.UTF-8", "LC_CTYPE, C", "UNRELATED, x"})
    void javaIsGivenALocaleInWhichEveryNameCanBeWritten(String variable, String value, @TempDir Path temp)
            throws IOException, InterruptedException {
        assertThat(start(installed(temp.resolve("home")), Map.of(variable, value), "train"))
                .containsPattern("locale C\\.(UTF-8|utf8)\n");
    }

    @Test
    void aLocaleThatKnowsAllLettersIsKept(@TempDir Path temp) throws IOException, InterruptedException {
        assertThat(start(installed(temp.resolve("home")), Map.of("LC_CTYPE", "C.UTF-8"), "train"))
                .contains("locale none\n");
    }

    @Test
    void argumentsArriveAsTheyWereTyped(@TempDir Path temp) throws IOException, InterruptedException {
        Path launcher = installed(temp.resolve("a home"));
        Path jar = launcher.resolveSibling("cli/target").toRealPath().resolve("lightcone.jar");
        List<String> typed = List.of("train", "--data", "my films/$HOME *", "", "--set", "a=[1, 2]");
        String said = start(launcher, Map.of(), typed.toArray(String[]::new));
        List<String> arguments = said.lines()
                .filter(line -> line.startsWith("argument "))
                .map(line -> line.substring("argument ".length()))
                .toList();
        assertThat(arguments).containsSubsequence("-jar", jar.toString());
        assertThat(arguments.subList(arguments.size() - typed.size(), arguments.size()))
                .isEqualTo(typed);
    }

    /** Puts a program into the place of sed that tells of another processor when it is asked for that. */
    private static String pathWithProcessor(Path folder, String processor) throws IOException {
        Path sed = Files.createDirectories(folder).resolve("sed");
        Files.writeString(sed, """
                #!/bin/sh
                case "$*" in
                    *cpuinfo*) printf '%s' ;;
                    *) PATH=${PATH#*:} exec sed "$@" ;;
                esac
                """.formatted(processor));
        Files.setPosixFilePermissions(sed, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder + File.pathSeparator + System.getenv("PATH");
    }

    @ParameterizedTest
    @CsvSource({
        "AuthenticAMD, fma avx avx2, Haswell",
        "AuthenticAMD, fma avx avx2 sha_ni, Haswell",
        "AuthenticAMD, fma avx2 avx512f, none",
        "AuthenticAMD, avx avx2, none",
        "AuthenticAMD, fma avx, none",
        "GenuineIntel, fma avx2, none"
    })
    void openBlasIsToldTheFasterKernelsWhereTheyAre(String vendor, String flags, String kernels, @TempDir Path temp)
            throws IOException, InterruptedException {
        Path launcher = installed(temp.resolve("home"));
        String processor = "vendor_id\\t: " + vendor + "\\nflags\\t\\t: fpu " + flags + "\\n";
        String path = pathWithProcessor(temp.resolve("bin"), processor);
        assertThat(start(launcher, Map.of("PATH", path), "train")).contains("kernels " + kernels + "\n");
        assertThat(start(launcher, Map.of("PATH", path, "OPENBLAS_CORETYPE", "Zen"), "train"))
                .contains("kernels Zen\n");
    }

    /** Threads that compute side by side would wait for each other's memory in one arena. */
    @ParameterizedTest
    @CsvSource({"echo 3, 6", "echo 64, 128", "echo undefined, 2", "exit 1, 2"})
    void eachThreadHasAnArenaOfItsOwn(String cores, String arenas, @TempDir Path temp)
            throws IOException, InterruptedException {
        Path launcher = installed(temp.resolve("home"));
        Path bin = Files.createDirectories(temp.resolve("bin"));
        for (String program : List.of("nproc", "getconf")) { // one is asked where there is no other
            Path counting = Files.writeString(bin.resolve(program), "#!/bin/sh\n" + cores + "\n");
            Files.setPosixFilePermissions(counting, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        String path = bin + File.pathSeparator + System.getenv("PATH");
        assertThat(start(launcher, Map.of("PATH", path), "train")).contains("arenas " + arenas + "\n");
        assertThat(start(launcher, Map.of("PATH", path, "MALLOC_ARENA_MAX", "1"), "train"))
                .contains("arenas 1\n");
    }

    /** Starts the launcher where a source is newer than the build, with another program in the place of Maven. */
    private static String build(Path launcher, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Path maven = Files.createDirectories(launcher.resolveSibling("bin")).resolve("mvn");
        Files.writeString(maven, "#!/bin/sh\necho built >cli/target/lightcone.jar\n");
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setLastModifiedTime(launcher.resolveSibling("cli/target/lightcone.jar"), FileTime.fromMillis(0));
        Map<String, String> withMaven = new HashMap<>(environment);
        withMaven.put("PATH", maven.getParent() + File.pathSeparator + System.getenv("PATH"));
        return start(launcher, withMaven, arguments);
    }

    /** Returns the command lines by which archives of classes were made. */
    private static List<String> archived(Path launcher) throws IOException {
        Path log = launcher.resolveSibling("jdk/bin/archived");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    private static Optional<Path> archiveUsed(String said) {
        return said.lines()
                .filter(line -> line.startsWith("argument -XX:SharedArchiveFile="))
                .map(line -> Path.of(line.substring(line.indexOf('=') + 1)))
                .findAny();
    }

    private static List<String> archives(Path launcher) throws IOException {
        try (Stream<Path> files = Files.list(launcher.resolveSibling("cli/target"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains(".jsa"))
                    .toList();
        }
    }

    @Test
    void classesAreArchivedAfterABuildForTheJavaAtHand(@TempDir Path temp) throws IOException, InterruptedException {
        Path launcher = installed(temp.resolve("a home"));
        assertThat(archiveUsed(start(launcher, Map.of(), "play"))).isEmpty();
        assertThat(archived(launcher)).isEmpty();

        Path archive = archiveUsed(build(launcher, Map.of("LIGHTCONE_JAVA_ARGS", "-Dx=y"), "play"))
                .orElseThrow();
        assertThat(archive).hasContent("classes");
        assertThat(archived(launcher)).singleElement().asString().contains("-Dx=y", "rehearse");
        assertThat(archiveUsed(start(launcher, Map.of(), "play"))).contains(archive);
        assertThat(archiveUsed(start(launcher, Map.of("UPDATE", "1"), "play")))
                .as("another Java")
                .isEmpty();
        assertThat(archived(launcher)).hasSize(1);

        assertThat(archiveUsed(build(launcher, Map.of("UPDATE", "1"), "play"))).isPresent();
        assertThat(archives(launcher)).as("that of the build before is gone").hasSize(1);
        assertThat(archive).doesNotExist();
    }

    /** A partial archive would crash Java. */
    @Test
    void whatAStartThatFailsHasWrittenIsNotUsed(@TempDir Path temp) throws IOException, InterruptedException {
        Path launcher = installed(temp.resolve("home"));
        String said = build(launcher, Map.of("REHEARSED", "1"), "play");
        assertThat(said).contains("argument play\n");
        assertThat(archived(launcher)).hasSize(1);
        assertThat(archiveUsed(said)).isEmpty();
        assertThat(archives(launcher)).isEmpty();
    }
}
