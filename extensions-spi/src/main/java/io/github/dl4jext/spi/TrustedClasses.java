package io.github.dl4jext.spi;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectStreamConstants;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerType;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonToken;

/**
 * Refuses stored files that name classes which do not belong in a network. Jackson and Java
 * serialization load and initialise whatever class a file names before anybody can look at the
 * object, and to initialise a class is to run its code.
 *
 * <p>Trusted are the classes of DL4J and ND4J and all that extend or implement one of them, as this
 * library's classes, plugins and your own layers do. To find this out, a class is loaded but not
 * initialised.
 *
 * <pre>{@code
 * TrustedClasses.requireIn(file);                        // before DL4J reads a model
 * ModelSerializer.restoreMultiLayerNetwork(file.toFile());
 *
 * TrustedClasses.requireIn(json);                        // or a configuration
 * MultiLayerConfiguration.fromJson(json);
 *
 * in.setObjectInputFilter(TrustedClasses.filter());      // before a listener is read
 * }</pre>
 */
public final class TrustedClasses {

  private static final Pattern HOSTS = Pattern.compile("org\\.(nd4j|deeplearning4j)\\..*");
  private static final Pattern OURS = Pattern.compile("io\\.github\\.dl4jext\\..*");
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_.$]{1,500}+");
  private static final Pattern VALUES =
      Pattern.compile(
          "java\\.(lang|math|time|net\\.URI|util\\.(concurrent\\.)?(atomic\\.)?[A-Z]).*");
  private static final Set<String> FORBIDDEN =
      Set.of(
          "java.lang.Class",
          "java.lang.ClassLoader",
          "java.lang.Process",
          "java.lang.ProcessBuilder",
          "java.lang.Runtime",
          "java.lang.Thread",
          "java.util.PriorityQueue",
          "java.util.ServiceLoader",
          "java.util.Timer");
  private static final int DEPTH = 200;
  private static final String OBJECTS = "objects/";
  private static final String RULE =
      "a stored class must be one of DL4J or ND4J, or extend or implement one of theirs, was ";

  private TrustedClasses() {}

  /**
   * Checks the class names in JSON. A class is loaded only to see what it extends.
   *
   * @param json the configuration of a network, or whatever else DL4J's mapper reads
   * @throws IllegalArgumentException if it names a class that is not trusted, or is not JSON
   */
  public static void requireIn(String json) {
    try (JsonParser in = new JsonFactory().createParser(json)) {
      requireIn(in);
    } catch (IOException malformed) {
      String reason = String.valueOf(malformed.getMessage());
      throw new IllegalArgumentException(
          "the configuration must be JSON: " + Shown.cut(reason, Shown.LINE), malformed);
    }
  }

  /**
   * Checks the class names in a model file, as {@code ModelSerializer} writes it: those in its
   * configuration, and those of the objects in it that Java serialization wrote. No class that is
   * not trusted is instantiated.
   *
   * <pre>{@code
   * TrustedClasses.requireIn(file);
   * ModelSerializer.restoreMultiLayerNetwork(file.toFile());
   * }</pre>
   *
   * @param model the file
   * @throws IllegalArgumentException if it names a class that is not trusted
   * @throws IOException if it cannot be read, or is not a zip file
   */
  public static void requireIn(Path model) throws IOException {
    // DL4J reads from the beginning, other programs by the directory at the end
    try (ZipInputStream zip =
        new ZipInputStream(new BufferedInputStream(Files.newInputStream(model)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        requireIn(entry.getName(), zip, model);
      }
    }
    try (ZipFile zip = new ZipFile(model.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        try (InputStream in = zip.getInputStream(entry)) {
          requireIn(entry.getName(), in, model);
        }
      }
    }
  }

  private static void requireIn(String entry, InputStream in, Path model) throws IOException {
    try {
      if (entry.equals(ModelSerializer.CONFIGURATION_JSON)) {
        requireIn(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } else if (entry.equals(ModelSerializer.NORMALIZER_BIN)) {
        requireInNormalizer(new BufferedInputStream(in));
      } else if (entry.equals(ModelSerializer.PREPROCESSOR_BIN) || entry.startsWith(OBJECTS)) {
        requireInObject(in);
      }
    } catch (IllegalArgumentException foreign) {
      throw new IllegalArgumentException(
          model + " must not be loaded: in " + entry + " " + foreign.getMessage(), foreign);
    }
  }

  /**
   * A custom normalizer names the class that reads it; early files have a serialized object
   * instead.
   */
  private static void requireInNormalizer(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    data.mark(Short.BYTES);
    if (data.readShort() == ObjectStreamConstants.STREAM_MAGIC) {
      data.reset();
      requireInObject(data);
      return;
    }
    data.reset();
    data.readUTF();
    data.readInt();
    if (data.readUTF().equals(NormalizerType.CUSTOM.name())) {
      require(data.readUTF());
    }
  }

  private static void requireInObject(InputStream in) throws IOException {
    ObjectInputStream object = new ObjectInputStream(in);
    AtomicReference<@Nullable Class<?>> rejected = new AtomicReference<>();
    ObjectInputFilter filter = filter();
    object.setObjectInputFilter(
        info -> {
          ObjectInputFilter.Status status = filter.checkInput(info);
          if (status == ObjectInputFilter.Status.REJECTED) {
            rejected.compareAndSet(null, info.serialClass());
          }
          return status;
        });
    try {
      object.readObject();
    } catch (InvalidClassException | ClassNotFoundException unreadable) {
      Class<?> foreign = rejected.get();
      throw new IllegalArgumentException(
          RULE + Shown.value(foreign == null ? unreadable.getMessage() : foreign.getName()),
          unreadable);
    }
  }

  /** Checks the class names in all remaining tokens. */
  static void requireIn(JsonParser in) throws IOException {
    while (in.nextToken() != null) {
      if (in.canReadTypeId() && in.getTypeId() != null) {
        require(String.valueOf(in.getTypeId()));
      }
      if (in.currentToken() == JsonToken.FIELD_NAME && in.getCurrentName().equals("@class")) {
        in.nextToken();
        require(in.getText());
      }
    }
  }

  private static void require(@Nullable String name) {
    if (name == null || !NAME.matcher(name).matches() || !isTrusted(name)) {
      throw new IllegalArgumentException(RULE + Shown.value(name));
    }
  }

  private static boolean isTrusted(String name) {
    if (HOSTS.matcher(name).matches()) {
      return true;
    }
    for (ClassLoader loader :
        new ClassLoader[] {
          Thread.currentThread().getContextClassLoader(), TrustedClasses.class.getClassLoader()
        }) {
      try {
        return isTrusted(Class.forName(name, false, loader));
      } catch (ClassNotFoundException | LinkageError notHere) {
        continue;
      }
    }
    return false;
  }

  private static boolean isTrusted(@Nullable Class<?> type) {
    if (type == null) {
      return false;
    }
    if (HOSTS.matcher(type.getName()).matches() || isTrusted(type.getSuperclass())) {
      return true;
    }
    for (Class<?> host : type.getInterfaces()) {
      if (isTrusted(host)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A filter for Java serialization, for reading this library's listeners and other objects that
   * are stored beside a network.
   *
   * @return a filter that accepts trusted classes, all classes of this library, and the JDK's
   *     values: numbers, texts, lists, maps
   */
  public static ObjectInputFilter filter() {
    return info -> {
      if (info.depth() > DEPTH) {
        return ObjectInputFilter.Status.REJECTED;
      }
      Class<?> type = info.serialClass();
      while (type != null && type.isArray()) {
        type = type.getComponentType();
      }
      return type == null
              || type.isPrimitive()
              || isValue(type)
              || isTrusted(type)
              || OURS.matcher(type.getName()).matches()
          ? ObjectInputFilter.Status.ALLOWED
          : ObjectInputFilter.Status.REJECTED;
    };
  }

  private static boolean isValue(Class<?> type) {
    String name = type.getName();
    return VALUES.matcher(name).matches()
        && !FORBIDDEN.contains(name)
        && !name.toLowerCase(Locale.ROOT).contains("invoke")
        && !name.contains("reflect");
  }
}
