package org.deeplearning4j.core.storage.listener;

import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Stands in for DL4J's own, of which ParallelWrapper asks whether a listener is one. Its artifact,
 * deeplearning4j-core, would bring the native binaries of every system.
 */
public interface RoutingIterationListener extends TrainingListener {}
