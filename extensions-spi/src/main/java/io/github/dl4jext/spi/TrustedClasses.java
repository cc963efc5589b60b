package io.github.dl4jext.spi;

import java.io.IOException;
import java.io.ObjectInputFilter;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonToken;

/**
 * Keeps stored files from naming classes that have no business in a network. Jackson and Java
 * serialization load and initialise whatever class a file names before anybody can look at the
 * object, and to initialise a class is to run its code.
 *
 * <p>Trusted are the classes of DL4J and ND4J, and those that extend or implement one of these, as
 * this library's do, plugins, and layers of one's own. To find that out a class is loaded, but not
 * initialised.
 *
 * <pre>{@code
 * TrustedClasses.requireIn(json);                        // before DL4J reads it
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

  private TrustedClasses() {}

  /**
   * Looks for class names in JSON, and loads none but to see what it extends.
   *
   * @param json the configuration of a network, or whatever else DL4J's mapper reads
   * @throws IllegalArgumentException if it names a class that is not trusted, or is no JSON
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

  /** Looks for class names in all tokens that are left. */
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
      throw new IllegalArgumentException(
          "a stored class must be one of DL4J or ND4J, or extend or implement one of theirs, was "
              + Shown.value(name));
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
   * A filter for Java serialization: of this library's listeners and whatever else is stored beside
   * a network.
   *
   * @return lets trusted classes pass, all of this library, and the values of the JDK: numbers,
   *     texts, lists, maps
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
