package io.github.dl4jext.cpu;

/** The number of values that an instruction processes at a time, as ND4J counts it. */
public enum InstructionSet {
  /** What every processor of the kind has: SSE2 on x86, NEON on ARM. */
  GENERIC("the generic instructions"),

  /** AVX2 and FMA: 8 floats at a time. */
  AVX2("AVX2"),

  /** AVX-512: 16 floats at a time. */
  AVX512("AVX-512");

  private final String title;

  InstructionSet(String title) {
    this.title = title;
  }

  /** ND4J counts from 1 (generic) to 3; 0 where it does not know. */
  static InstructionSet ofLevel(int level) {
    return values()[Math.max(0, Math.min(values().length, level) - 1)];
  }

  @Override
  public String toString() {
    return title;
  }
}
