package io.github.dl4jext.it;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.github.dl4jext.network.HostMemory;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import java.io.PrintWriter;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataBuffer;

/** The arrows of the architecture: what may know what. */
@AnalyzeClasses(
    packages = "io.github.dl4jext",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ROOT = "io.github.dl4jext";

  @ArchTest
  static final ArchRule theContractKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".spi..")
          .should()
          .dependOnClassesThat(ofOursBut("spi"));

  @ArchTest
  static final ArchRule theNetworkKnowsTheContractOnly =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".network..")
          .should()
          .dependOnClassesThat(ofOursBut("spi", "network"));

  @ArchTest
  static final ArchRule familiesDoNotKnowEachOther =
      slices()
          .matching(ROOT + ".(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(alwaysTrue(), resideInAPackage(ROOT + ".spi.."))
          .ignoreDependency(alwaysTrue(), resideInAPackage(ROOT + ".network.."))
          .ignoreDependency(
              resideInAPackage(ROOT + ".uncertainty.."),
              resideInAPackage(ROOT + ".regularization.."))
          .ignoreDependency(
              resideInAPackage(ROOT + ".plots.."),
              resideInAnyPackage(ROOT + ".schedules..", ROOT + ".uncertainty.."))
          .ignoreDependency(
              resideInAPackage(ROOT + ".tensorboard.."), resideInAPackage(ROOT + ".listeners.."))
          .ignoreDependency(resideInAPackage(ROOT + ".transfer.."), alwaysTrue())
          .ignoreDependency(resideInAPackage(ROOT + ".keras.."), alwaysTrue())
          .ignoreDependency(resideInAPackage(ROOT + ".textbook.."), alwaysTrue());

  @ArchTest
  static final ArchRule roomsHaveNoCircle =
      slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

  /** Digits and points differ by country; {@code "...".formatted(...)} is for %s alone. */
  @ArchTest
  static final ArchRule textsDoNotDependOnTheCountry =
      noClasses()
          .should()
          .callMethod(String.class, "format", String.class, Object[].class)
          .orShould()
          .callMethod(PrintWriter.class, "printf", String.class, Object[].class)
          .orShould()
          .callMethod(String.class, "toLowerCase")
          .orShould()
          .callMethod(String.class, "toUpperCase");

  @ArchTest
  static final ArchRule onlyProgramsUseTheTextbook =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".textbook..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + ".textbook..");

  @ArchTest
  static final ArchRule nobodyKnowsABackend =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j.linalg.cpu..", "org.nd4j.linalg.jcublas..");

  /** A backend with a memory of its own is told what is read and written in one place. */
  @ArchTest
  static final ArchRule onlyHostMemoryReadsMemory =
      noClasses()
          .that()
          .doNotBelongToAnyOf(HostMemory.class)
          .should()
          .callMethodWhere(
              target(owner(assignableTo(DataBuffer.class)))
                  .and(target(nameMatching("asNio.*|addressPointer|address|pointer|indexer"))));

  @ArchTest
  static final ArchRule aProviderIsNestedInWhatItMakes =
      classes()
          .that()
          .implement(Plugin.class)
          .and()
          .areNotAssignableTo(Technique.class) // what a provider finds
          .and()
          .doNotHaveModifier(JavaModifier.ABSTRACT)
          .should()
          .haveSimpleName("Provider")
          .andShould()
          .bePublic()
          .andShould()
          .haveModifier(JavaModifier.STATIC);

  private static DescribedPredicate<JavaClass> ofOursBut(String... families) {
    String[] packages = Stream.of(families).map(f -> ROOT + "." + f + "..").toArray(String[]::new);
    return resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(packages)));
  }
}
