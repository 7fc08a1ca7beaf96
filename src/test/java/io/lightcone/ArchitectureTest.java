// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;

/** The map of the design: one package per idea, arrows only downwards. */
@AnalyzeClasses(packages = "io.lightcone", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String TORCH = "org.bytedeco.pytorch";

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWNWARDS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("cli")
            .definedBy("io.lightcone.cli")
            .layer("benchmark")
            .definedBy("io.lightcone.benchmark")
            .layer("live")
            .definedBy("io.lightcone.live")
            .layer("experiment")
            .definedBy("io.lightcone.experiment")
            .layer("training")
            .definedBy("io.lightcone.training")
            .layer("evaluation")
            .definedBy("io.lightcone.evaluation")
            .layer("generation")
            .definedBy("io.lightcone.generation")
            .layer("model")
            .definedBy("io.lightcone.model")
            .layer("diffusion")
            .definedBy("io.lightcone.diffusion")
            .layer("codec")
            .definedBy("io.lightcone.codec")
            .layer("video")
            .definedBy("io.lightcone.video")
            .layer("attention")
            .definedBy("io.lightcone.attention")
            .layer("tensor")
            .definedBy("io.lightcone.tensor")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("live")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("benchmark")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("experiment")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("training")
            .mayOnlyBeAccessedByLayers("cli", "live", "benchmark", "experiment")
            .whereLayer("evaluation")
            .mayOnlyBeAccessedByLayers("cli", "live", "training", "experiment")
            .whereLayer("generation")
            .mayOnlyBeAccessedByLayers("cli", "live", "training", "evaluation", "experiment")
            .whereLayer("model")
            .mayOnlyBeAccessedByLayers("cli", "live", "benchmark", "experiment", "training", "evaluation", "generation")
            .whereLayer("diffusion")
            .mayOnlyBeAccessedByLayers("cli", "live", "benchmark", "experiment", "training", "evaluation", "generation")
            .whereLayer("codec")
            .mayOnlyBeAccessedByLayers("cli", "live", "benchmark", "experiment", "training", "evaluation", "generation")
            .whereLayer("video")
            .mayOnlyBeAccessedByLayers("cli", "live", "benchmark", "experiment", "training", "evaluation", "generation")
            .whereLayer("attention")
            .mayOnlyBeAccessedByLayers("cli", "benchmark", "training", "evaluation", "generation", "model");

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
    static final ArchRule VIDEO_KNOWS_NO_TENSORS = noClasses()
            .that()
            .resideInAPackage("io.lightcone.video")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(TORCH + "..", "io.lightcone.tensor");

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
