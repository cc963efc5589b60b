package io.github.dl4jext.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.factory.Nd4j;

/** What is asked of the libraries, and what is said of it. */
class CpuStateTest {

  private static CpuState state(String kernel, InstructionSet binary, InstructionSet processor) {
    return new CpuState(kernel, "OpenBLAS 0.3.19", binary, processor, 4, 1, 1, 0);
  }

  @Test
  void thisMachineAnswers() {
    CpuState state = CpuState.current();
    assertThat(state.kernel()).isNotBlank();
    assertThat(state.library()).startsWith("OpenBLAS 0.3.").contains(state.kernel());
    assertThat(state.processors()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(state.blasThreads()).isEqualTo(Nd4j.factory().blas().getMaxThreads());
    assertThat(state.openMpThreads()).isPositive();
    assertThat(CpuAdvice.check()).isEqualTo(state.advice());
  }

  @ParameterizedTest
  @CsvSource({
    "Barcelona, AVX512, SkylakeX",
    "Prescott, AVX2, Haswell",
    "NEHALEM, AVX2, Haswell",
  })
  void aFallbackIsNamed(String kernel, InstructionSet processor, String better) {
    assertThat(state(kernel, processor, processor).advice())
        .singleElement()
        .asString()
        .contains("OpenBLAS runs its " + kernel + " kernels")
        .endsWith("OPENBLAS_CORETYPE=" + better + " before the program starts");
  }

  @ParameterizedTest
  @CsvSource({
    "Zen, AVX2",
    "Haswell, AVX512",
    "SkylakeX, AVX512",
    "Prescott, GENERIC",
    "ARMV8, GENERIC",
    "'', AVX2"
  })
  void kernelsThatFitAreNot(String kernel, InstructionSet processor) {
    assertThat(state(kernel, processor, processor).advice()).isEmpty();
  }

  @Test
  void aPlainBinaryIsNamed() {
    assertThat(state("Zen", InstructionSet.GENERIC, InstructionSet.AVX2).advice())
        .singleElement()
        .asString()
        .contains("built for the generic instructions, the processor has AVX2", "ends in -avx2");
    assertThat(state("Zen", InstructionSet.AVX2, InstructionSet.AVX512).advice())
        .singleElement()
        .asString()
        .contains("ends in -avx512");
  }

  @ParameterizedTest
  @CsvSource({"2, 2, 1", "4, 1, 0", "1, 4, 0"})
  void twoPoolsAreNamed(int blas, int openMp, int texts) {
    CpuState state =
        new CpuState("Zen", "", InstructionSet.AVX2, InstructionSet.AVX2, 4, blas, openMp, 0);
    assertThat(state.advice()).hasSize(texts);
    assertThat(String.join("", state.advice())).contains(texts == 1 ? "OMP_NUM_THREADS=1" : "");
  }

  @Test
  void aLimitOfTheProcessIsNamed() {
    CpuState state =
        new CpuState("Zen", "", InstructionSet.AVX2, InstructionSet.AVX2, 4, 1, 1, 1L << 30);
    assertThat(state.advice())
        .singleElement()
        .asString()
        .contains("1073741824", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0");
  }

  @ParameterizedTest
  @CsvSource({"0, GENERIC", "1, GENERIC", "2, AVX2", "3, AVX512", "4, AVX512"})
  void levelsOfNd4j(int level, InstructionSet set) {
    assertThat(InstructionSet.ofLevel(level)).isEqualTo(set);
  }
}
