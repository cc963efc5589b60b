package io.github.dl4jext.cpu;

/** The instruction sets that ND4J distinguishes, by how many values one instruction processes. */
public enum InstructionSet {
  /** The instructions that every processor of its kind has: SSE2 on x86, NEON on ARM. */
  GENERIC("the generic instructions"),

  /** AVX2 and FMA: 8 floats at a time. */
  AVX2("AVX2"),

  /** AVX-512: 16 floats at a time. */
  AVX512("AVX-512");

  private final String title;

  InstructionSet(String title) {
    this.title = title;
  }

  /** ND4J's levels are 1 (generic) to 3, and 0 if it does not know, which is read as generic. */
  static InstructionSet ofLevel(int level) {
    return values()[Math.max(0, Math.min(values().length, level) - 1)];
  }

  @Override
  public String toString() {
    return title;
  }
}
