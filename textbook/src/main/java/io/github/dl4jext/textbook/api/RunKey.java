package io.github.dl4jext.textbook.api;

/** Which run something comes from; a run takes the place of an earlier one with the same. */
public record RunKey(String experiment, String data, long seed) {}
