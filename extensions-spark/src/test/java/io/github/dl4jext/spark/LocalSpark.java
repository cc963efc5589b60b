package io.github.dl4jext.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.KryoSerializer;

/**
 * Two workers in this program. There can be one context at a time; it is kept from test to test.
 */
final class LocalSpark {

  private static JavaSparkContext context;
  private static Class<?> registrator;

  private LocalSpark() {}

  /** Serializes as Spark does unless it is told otherwise. */
  static JavaSparkContext plain() {
    return context(null);
  }

  /** Serializes by Kryo, with our registrator. */
  static JavaSparkContext kryo() {
    return context(ExtensionsKryoRegistrator.class);
  }

  /** Serializes by Kryo, with a registrator, or as Spark does. */
  static synchronized JavaSparkContext context(Class<?> wanted) {
    if (context != null && registrator == wanted) {
      return context;
    }
    if (context != null) {
      context.stop();
    }
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("tests")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.ui.enabled", "false");
    if (wanted != null) {
      conf.set("spark.serializer", KryoSerializer.class.getName())
          .set("spark.kryo.registrator", wanted.getName());
    }
    context = new JavaSparkContext(conf);
    registrator = wanted;
    return context;
  }
}
