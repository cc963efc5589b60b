package io.github.dl4jext.textbook;

/** Which run something comes from; a run takes the place of an earlier one with the same. */
record RunId(String experiment, String data, long seed) {}
