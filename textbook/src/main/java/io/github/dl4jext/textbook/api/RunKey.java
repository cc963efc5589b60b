package io.github.dl4jext.textbook.api;

/** Identifies a run: a new run replaces an earlier one with the same key. */
public record RunKey(String experiment, String data, long seed) {}
