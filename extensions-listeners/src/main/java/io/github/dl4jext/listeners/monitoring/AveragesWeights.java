package io.github.dl4jext.listeners.monitoring;

import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Keeps an average of a network's weights while the network is trained. A {@link Monitor} can judge
 * the network by this average: {@link Monitor#ofAverage}.
 */
public interface AveragesWeights {

  /**
   * Counts how often weights were taken into a network's average.
   *
   * @param model the network
   * @return the number; 0 if there is no average yet
   */
  long count(Model model);

  /**
   * Makes a new network with the averaged weights. The network itself does not change.
   *
   * @param model the network
   * @param <M> its type
   * @return the averaged network
   */
  <M extends Model> M averaged(M model);

  /**
   * Makes a new network with the averaged weights, whose batch normalization has the statistics of
   * the data. The network itself does not change.
   *
   * @param model the network
   * @param data batches of training data
   * @param <M> the network's type
   * @return the averaged network
   */
  <M extends Model> M averaged(M model, MultiDataSetIterator data);
}
