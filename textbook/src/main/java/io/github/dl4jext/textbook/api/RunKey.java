package io.github.dl4jext.textbook.api;

/** Identifies a run: a new one takes the place of an earlier one with the same key. */
public record RunKey(String experiment, String data, long seed) {}
