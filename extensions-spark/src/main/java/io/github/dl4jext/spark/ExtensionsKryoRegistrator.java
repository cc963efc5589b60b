package io.github.dl4jext.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.kryo.Nd4jRegistrator;

/**
 * Lets Spark send networks if it serializes with Kryo: configurations of networks, and all records,
 * are written with Java's own serialization. Arrays are written as by {@link Nd4jRegistrator}.
 *
 * <pre>{@code
 * conf.set("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
 * conf.set("spark.kryo.registrator", ExtensionsKryoRegistrator.class.getName());
 * }</pre>
 *
 * <p>With {@code Nd4jRegistrator} alone, Kryo accesses fields directly, which the Java virtual
 * machine does not allow for records: any schedule makes the training fail with "can't get field
 * offset on a record class".
 */
public final class ExtensionsKryoRegistrator extends Nd4jRegistrator {

  /** Is called by Spark. */
  public ExtensionsKryoRegistrator() {
    // nothing to set
  }

  @Override
  public void registerClasses(Kryo kryo) {
    super.registerClasses(kryo);
    kryo.addDefaultSerializer(MultiLayerConfiguration.class, new JavaSerializer());
    kryo.addDefaultSerializer(ComputationGraphConfiguration.class, new JavaSerializer());
    kryo.addDefaultSerializer(Record.class, new JavaSerializer());
  }
}
