package io.github.dl4jext.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.kryo.Nd4jRegistrator;

/**
 * Lets Spark send networks where it serializes by Kryo: their configurations, and all records, are
 * written by Java's own serialization. Arrays are written as {@link Nd4jRegistrator} does.
 *
 * <pre>{@code
 * conf.set("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
 * conf.set("spark.kryo.registrator", ExtensionsKryoRegistrator.class.getName());
 * }</pre>
 *
 * <p>With {@code Nd4jRegistrator} alone Kryo writes field by field, which the Java virtual machine
 * allows of no record: any schedule ends training by "can't get field offset on a record class".
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
