package io.github.dl4jext.cpu;

import java.util.List;

/**
 * Says what makes ND4J slow on this machine, and what to write.
 *
 * <pre>{@code
 * CpuAdvice.check().forEach(System.out::println);
 * }</pre>
 */
public final class CpuAdvice {

  private CpuAdvice() {}

  /**
   * Looks at the libraries that were loaded: the kernels that OpenBLAS has chosen, the instructions
   * of ND4J's binary, the threads of both, JavaCPP's limit of memory.
   *
   * @return one text for each thing to mend; empty if there is none
   * @throws IllegalStateException if ND4J's backend is not a CPU
   */
  public static List<String> check() {
    return CpuState.current().advice();
  }
}
