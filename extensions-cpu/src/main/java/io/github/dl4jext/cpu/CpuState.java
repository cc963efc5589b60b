package io.github.dl4jext.cpu;

import com.sun.jna.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Describes what ND4J's CPU backend runs on at present: kernels, instructions and threads. The
 * values come from the loaded libraries themselves, and not from the environment variables that
 * were meant to choose them.
 *
 * @param kernel the kernels that OpenBLAS has chosen for the processor, such as {@code Haswell} or
 *     {@code SkylakeX}; empty if ND4J uses another BLAS
 * @param library OpenBLAS's version and how it was built, or the name of another BLAS
 * @param binary the instructions that ND4J's own binary was built for
 * @param processor the instructions that the processor has
 * @param processors the number of processors that the Java machine may use
 * @param blasThreads the largest number of threads for one matrix product
 * @param openMpThreads the largest number of threads for one of ND4J's other operations
 * @param maxPhysicalBytes the size of the process, in bytes, above which JavaCPP refuses to
 *     allocate memory; 0 if there is no limit
 */
public record CpuState(
    String kernel,
    String library,
    InstructionSet binary,
    InstructionSet processor,
    int processors,
    int blasThreads,
    int openMpThreads,
    long maxPhysicalBytes) {

  /** The kernels for processors that have nothing wider than SSE. */
  private static final Set<String> SSE_ONLY =
      Set.of(
          "prescott",
          "core2",
          "penryn",
          "dunnington",
          "nehalem",
          "katmai",
          "coppermine",
          "northwood",
          "banias",
          "atom",
          "nano",
          "athlon",
          "opteron",
          "opteron_sse3",
          "barcelona",
          "bobcat");

  /**
   * Asks the libraries, and loads ND4J first if it is not loaded yet.
   *
   * @return their answers
   * @throws IllegalStateException if ND4J's backend is not a CPU
   */
  public static CpuState current() {
    if (!Nd4j.getEnvironment().isCPU()) {
      throw new IllegalStateException(
          "ND4J's backend does not run on the CPU: "
              + Nd4j.getBackend().getClass().getSimpleName()
              + ". Only nd4j-native can be asked");
    }
    NativeOps operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
    return new CpuState(
        openBlas("openblas_get_corename", ""),
        openBlas("openblas_get_config", Nd4j.factory().blas().getBlasVendor().toString()),
        InstructionSet.ofLevel(operations.binaryLevel()),
        InstructionSet.ofLevel(operations.optimalLevel()),
        Runtime.getRuntime().availableProcessors(),
        Nd4j.factory().blas().getMaxThreads(),
        Nd4j.getEnvironment().maxMasterThreads(),
        Pointer.maxPhysicalBytes());
  }

  private static String openBlas(String function, String otherwise) {
    Pointer address = Loader.addressof(function);
    if (address == null || address.isNull()) {
      return otherwise;
    }
    return Function.getFunction(new com.sun.jna.Pointer(address.address()))
        .invokeString(new Object[0], false)
        .strip();
  }

  /**
   * Whether OpenBLAS does not know the processor, and has chosen the kernels of a much older one.
   */
  boolean isFallback() {
    return processor.compareTo(InstructionSet.AVX2) >= 0
        && SSE_ONLY.contains(kernel.toLowerCase(Locale.ROOT));
  }

  /**
   * Says what makes this machine slower than it need be.
   *
   * @return one or more sentences for each cause; empty if there is none
   */
  public List<String> advice() {
    List<String> advice = new ArrayList<>();
    if (isFallback()) {
      advice.add(
          "OpenBLAS runs its "
              + kernel
              + " kernels, which know nothing wider than SSE, though the processor has "
              + processor
              + ": it does not know this processor. Set the environment variable"
              + " OPENBLAS_CORETYPE="
              + (processor == InstructionSet.AVX512 ? "SkylakeX" : "Haswell")
              + " before the program starts");
    }
    if (binary.compareTo(processor) < 0) {
      advice.add(
          "nd4j-native is built for "
              + binary
              + ", the processor has "
              + processor
              + ": take the binary whose classifier ends in -"
              + (processor == InstructionSet.AVX512 ? "avx512" : "avx2")
              + " in place of the plain one. It speeds up the updaters of DL4J, Adam above all");
    }
    if (blasThreads > 1 && openMpThreads > 1) {
      advice.add(
          "OpenBLAS takes "
              + blasThreads
              + " threads and the rest of ND4J "
              + openMpThreads
              + ", on "
              + processors
              + " processors. On small networks the two pools wait for each other. Start the program"
              + " with OMP_NUM_THREADS=1, or measure by CpuThreads.calibrate(net, data)");
    }
    if (maxPhysicalBytes > 0) {
      advice.add(
          "JavaCPP refuses memory as soon as the process has "
              + maxPhysicalBytes
              + " bytes, Java's heap and mapped files among them. It asks the operating system at each"
              + " allocation, which may take a third of a step of a small network. Start Java with"
              + " -Dorg.bytedeco.javacpp.maxphysicalbytes=0");
    }
    return List.copyOf(advice);
  }
}
