package io.github.dl4jext.listeners.monitoring;

import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Keeps an average of a network's weights while it is trained, by which a {@link Monitor} may judge
 * the network: {@link Monitor#ofAverage}.
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
   * Makes a new network with the averaged weights; the network itself is not touched.
   *
   * @param model the network
   * @param <M> its type
   * @return the averaged network
   */
  <M extends Model> M averaged(M model);

  /**
   * Makes a new network with the averaged weights, whose batch normalization has the statistics of
   * the data; the network itself is not touched.
   *
   * @param model the network
   * @param data batches of training data
   * @param <M> the network's type
   * @return the averaged network
   */
  <M extends Model> M averaged(M model, MultiDataSetIterator data);
}
