// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The map of the design: one package per idea, arrows only downwards. */
@AnalyzeClasses(packages = "io.lightcone", importOptions = ArchitectureTest.WithoutTests.class)
class ArchitectureTest {
    /** Leaves out the tests of this module, and those of the library, which are a jar by now if there is one. */
    static final class WithoutTests implements ImportOption {
        private static final ImportOption OWN = new ImportOption.DoNotIncludeTests();

        @Override
        public boolean includes(Location location) {
            return OWN.includes(location) && !location.contains("-tests.jar");
        }
    }

    private static final String ROOT = "io.lightcone";
    private static final String TORCH = "org.bytedeco.pytorch";

    /** What each package may use besides the root package; whatever is not named here is forbidden. */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            entry("tensor"),
            entry("config"),
            entry("video"),
            entry("world"),
            entry("attention", "tensor"),
            entry("diffusion", "tensor", "config"),
            entry("codec", "tensor", "video", "config"),
            entry("data", "world", "video", "config"),
            entry("model", "attention", "tensor"),
            entry("generation", "diffusion", "tensor"),
            entry("evaluation", "generation", "diffusion", "codec", "world", "tensor", "video"),
            entry("run", "config", "data", "codec", "model", "attention", "diffusion", "generation", "tensor", "video"),
            entry(
                    "training",
                    "run",
                    "evaluation",
                    "generation",
                    "model",
                    "diffusion",
                    "data",
                    "codec",
                    "attention",
                    "tensor",
                    "video",
                    "config"),
            entry("live", "run", "config", "model", "generation", "diffusion", "codec", "tensor", "video"),
            entry("web", "live", "run", "data", "world", "tensor", "video"),
            entry(
                    "experiment",
                    "training",
                    "run",
                    "evaluation",
                    "generation",
                    "model",
                    "diffusion",
                    "data",
                    "codec",
                    "tensor",
                    "world",
                    "video",
                    "config"),
            entry(
                    "benchmark",
                    "training",
                    "run",
                    "generation",
                    "model",
                    "attention",
                    "diffusion",
                    "data",
                    "codec",
                    "tensor",
                    "video",
                    "config"),
            entry(
                    "report",
                    "experiment",
                    "benchmark",
                    "run",
                    "evaluation",
                    "generation",
                    "model",
                    "diffusion",
                    "data",
                    "codec",
                    "attention",
                    "tensor",
                    "world",
                    "video",
                    "config"));

    private static Map.Entry<String, List<String>> entry(String from, String... to) {
        return Map.entry(from, List.of(to));
    }

    @ArchTest
    static void arrowsPointDownwards(JavaClasses classes) {
        ARROWS.forEach((from, to) -> classes()
                .that()
                .resideInAPackage(ROOT + "." + from)
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.describe(
                        "lie in " + to + ", the root or " + from,
                        used -> !used.getPackageName().startsWith(ROOT)
                                || used.getPackageName().equals(ROOT)
                                || Stream.concat(Stream.of(from), to.stream())
                                        .anyMatch(name -> used.getPackageName().equals(ROOT + "." + name))))
                .check(classes));
    }

    @ArchTest
    static void everyPackageIsOnTheMap(JavaClasses classes) {
        assertThat(classes.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> !name.equals(ROOT))
                        .map(name -> name.substring(ROOT.length() + 1))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(ARROWS.keySet().stream(), Stream.of("cli"))
                        .toList());
    }

    @ArchTest
    static final ArchRule THE_ROOT_KNOWS_NO_PACKAGE = noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "lie below it", used -> used.getPackageName().startsWith(ROOT + ".")));

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.lightcone.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_VIDEO_KNOWS_FFMPEG = noClasses()
            .that()
            .resideOutsideOfPackage("io.lightcone.video")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.bytedeco.ffmpeg..");

    @ArchTest
    static final ArchRule ONLY_WEB_KNOWS_JETTY = noClasses()
            .that()
            .resideOutsideOfPackage("io.lightcone.web")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.eclipse.jetty..");

    @ArchTest
    static final ArchRule VIDEO_KNOWS_NO_TENSORS = noClasses()
            .that()
            .resideInAPackage("io.lightcone.video")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(TORCH + "..", "io.lightcone.tensor");

    @ArchTest
    static final ArchRule PICTURES_BECOME_TENSORS_ONLY_BY_THE_CODEC_OF_THEIR_RUN = noClasses()
            .that()
            .resideOutsideOfPackage("io.lightcone.codec")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("io\\.lightcone\\.codec\\.(ClipTensors|PixelCodec.*)");

    @ArchTest
    static final ArchRule WHAT_IS_DANGEROUS_STAYS_IN_TENSOR = noClasses()
            .that()
            .resideOutsideOfPackages("io.lightcone.tensor", "io.lightcone.video")
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                    "org\\.bytedeco\\.(javacpp\\.PointerScope|pytorch\\.(IValue|IValueVector|Dispatcher|GenericList"
                            + "|AutoGradMode|NoGradGuard|Generator|GeneratorOptional|ProcessGroup.*))")
            .because("wrong use of these aborts the JVM or leaks memory")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule GENERATION_AND_MODEL_MEET_ONLY_THROUGH_DIFFUSION = noClasses()
            .that()
            .resideInAnyPackage("io.lightcone.generation", "io.lightcone.evaluation")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.lightcone.model");

    @ArchTest
    static final ArchRule IMAGES_ARE_WRITTEN_IN_MEMORY = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.lightcone.Png")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("javax.imageio..")
            .because("ImageIO needs a temporary folder, does not work after Ctrl-C, and does not tell what is wrong");

    /** See {@link NativeMemory}: whoever touches JavaCPP first must have said how much memory it may take. */
    @ArchTest
    static final ArchRule THE_FIRST_USE_OF_JAVACPP_ALLOWS_ALL_MEMORY =
            classes().that(mayBeTheFirstToUseJavaCpp()).should(callNativeMemoryAtFirst());

    private static DescribedPredicate<JavaClass> mayBeTheFirstToUseJavaCpp() {
        return DescribedPredicate.describe("may be the first to use JavaCPP", tested -> {
            boolean tensor = tested.getPackageName().equals("io.lightcone.tensor");
            boolean video = List.of("VideoReader", "VideoWriter").contains(tested.getSimpleName());
            boolean open = tested.getModifiers().contains(JavaModifier.PUBLIC) && tested.isTopLevelClass();
            return open && (video || (tensor && usesJavaCpp(tested)));
        });
    }

    private static boolean usesJavaCpp(JavaClass tested) {
        return tested.getDirectDependenciesFromSelf().stream()
                .anyMatch(use -> use.getTargetClass().getPackageName().startsWith("org.bytedeco"));
    }

    private static ArchCondition<JavaClass> callNativeMemoryAtFirst() {
        return new ArchCondition<>("call NativeMemory.allow() in their static initialiser") {
            @Override
            public void check(JavaClass checked, ConditionEvents events) {
                boolean calls = checked.getStaticInitializer().stream()
                        .flatMap(first -> first.getMethodCallsFromSelf().stream())
                        .anyMatch(call -> call.getTargetOwner().isEquivalentTo(NativeMemory.class));
                events.add(new SimpleConditionEvent(checked, calls, checked.getName() + " calls it: " + calls));
            }
        };
    }

    @ArchTest
    static final ArchRule NOBODY_EXITS_BUT_MAIN = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.lightcone.cli.Main")
            .should()
            .callMethod(System.class, "exit", int.class);
}
