package io.github.dl4jext.network;

/**
 * Marks what training itself puts into the configuration of a network, such as the masks of pruned
 * weights: two networks that differ in nothing else are configured alike.
 */
public interface SetByTraining {}
