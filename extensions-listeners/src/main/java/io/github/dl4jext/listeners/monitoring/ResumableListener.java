package io.github.dl4jext.listeners.monitoring;

import java.io.Serializable;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Marks a listener whose memory can be stored by itself, by Java serialization. A checkpoint saves
 * it with the whole training, without Java serialization, and is the better way to resume a
 * training that was interrupted. By hand:
 *
 * <pre>{@code
 * ModelSerializer.addObjectToFile(file, "stopping", stopping);
 * ...
 * EarlyStopping stopping = EarlyStopping.builder().monitor(Monitor.validationLoss(valid)).build();
 * stopping.resumeFrom(ModelSerializer.getObjectFromFile(file, "stopping"));
 * }</pre>
 *
 * <p>What was stored has the memory and the parameters. It has no data and no functions, since
 * these are the program's: a listener that watches some is made as at first, and resumes from what
 * was stored. One that watches nothing but the training can be used as it was loaded.
 *
 * <p><b>Trust.</b> Parameters are checked again on loading. Read files of others with an {@link
 * java.io.ObjectInputFilter}: what is stored consists of classes of {@code io.github.dl4jext},
 * ND4J's arrays, and the JDK's collections, strings and numbers.
 *
 * @param <L> the listener
 */
public interface ResumableListener<L extends ResumableListener<L>>
    extends TrainingListener, Serializable {

  /**
   * Resumes where another listener left off; its own parameters stay.
   *
   * @param before the other one, which is left as it is
   * @throws io.github.dl4jext.spi.InvalidArgumentException if that one counts by another rule or
   *     watches something else, so that its memory means nothing here
   */
  void resumeFrom(L before);
}
