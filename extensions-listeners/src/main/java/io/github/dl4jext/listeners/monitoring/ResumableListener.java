package io.github.dl4jext.listeners.monitoring;

import java.io.Serializable;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Marks a listener whose memory can be saved separately, by Java serialization. A checkpoint saves
 * it with the whole training, without Java serialization, and is the better way to resume a
 * training that was interrupted. Without a checkpoint:
 *
 * <pre>{@code
 * ModelSerializer.addObjectToFile(file, "stopping", stopping);
 * ...
 * EarlyStopping stopping = EarlyStopping.builder().monitor(Monitor.validationLoss(valid)).build();
 * stopping.resumeFrom(ModelSerializer.getObjectFromFile(file, "stopping"));
 * }</pre>
 *
 * <p>The memory and the parameters are saved. Data and functions are not, because they belong to
 * the program. A listener that uses data or functions is therefore made as the first time, and
 * resumes from the saved one. A listener that watches only the training itself can be used as it
 * was loaded.
 *
 * <p><b>Trust.</b> Parameters are checked again on loading. Read files from others with an {@link
 * java.io.ObjectInputFilter}: a saved listener consists of classes of {@code io.github.dl4jext},
 * ND4J's arrays, and the JDK's collections, strings and numbers.
 *
 * @param <L> the type of the listener
 */
public interface ResumableListener<L extends ResumableListener<L>>
    extends TrainingListener, Serializable {

  /**
   * Takes over the memory of another listener; this listener's own parameters stay.
   *
   * @param before the other listener, which does not change
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it has another rule or watches
   *     something else, so that its memory has no meaning here
   */
  void resumeFrom(L before);
}
