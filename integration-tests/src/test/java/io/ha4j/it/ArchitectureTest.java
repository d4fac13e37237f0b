package io.ha4j.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The dependency rules of ARCHITECTURE.md. */
@AnalyzeClasses(packages = "io.ha4j", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule protocolKernelAndBalancerDoNotKnowOneAnother =
            slices().matching("io.ha4j.(vrrp|linux|lb)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule theApiKnowsNobody = classes()
            .that()
            .resideInAnyPackage("io.ha4j", "io.ha4j.spi")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.ha4j", "io.ha4j.spi", "java..", "org.slf4j..", "org.jspecify..");

    @ArchTest
    static final ArchRule theProtocolIsPure = classes()
            .that()
            .resideInAPackage("io.ha4j.vrrp..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.ha4j",
                    "io.ha4j.spi",
                    "io.ha4j.vrrp..",
                    "java..",
                    "javax.crypto..",
                    "org.slf4j..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule theProtocolHasNoThreadSocketOrFile = noClasses()
            .that()
            .resideInAPackage("io.ha4j.vrrp..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.channels..", "java.io..", "java.util.concurrent..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class);

    @ArchTest
    static final ArchRule theLibraryKnowsNoSample = noClasses()
            .that()
            .resideOutsideOfPackages("io.ha4j.standalone..", "io.ha4j.lab..", "io.ha4j.embedded..", "io.ha4j.it..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ha4j.standalone..", "io.ha4j.lab..", "io.ha4j.embedded..", "picocli..", "tools..");

    @ArchTest
    static void everyModuleWasLookedAt(JavaClasses imported) {
        for (String module : new String[] {"io.ha4j.vrrp", "io.ha4j.linux", "io.ha4j.lb", "io.ha4j.spi"}) {
            assertThat(imported.stream().filter(type -> type.getPackageName().equals(module)))
                    .as(module)
                    .isNotEmpty();
        }
    }
}
