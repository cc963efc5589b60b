package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a user may call is called with null for one argument after the other, where null is not
 * allowed: something must be thrown that says so, and not by the virtual machine's own words for a
 * pointer that leads nowhere.
 */
class EveryNullArgumentTest {

  private static final String ROOT = "io.github.dl4jext";

  /**
   * Not for those who train: the contract, the face of networks, tests and the textbook. What is
   * for Spark has tests of its own, as Spark is not here.
   */
  private static final Pattern OTHERS =
      Pattern.compile("io\\.github\\.dl4jext\\.(spi|network|testkit|textbook|it|spark)(\\..*)?");

  @TempDir private Path folder;

  @Test
  void isRefusedInWords() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    Samples samples = new Samples(folder);
    TreeSet<String> silent = new TreeSet<>();
    int tried = 0;
    for (JavaClass javaClass : classes) {
      if (OTHERS.matcher(javaClass.getPackageName()).matches() || !isPublished(javaClass)) {
        continue;
      }
      Class<?> type = javaClass.reflect();
      for (Executable call : calls(type)) {
        tried += tryNulls(type, call, samples, silent);
      }
    }
    assertThat(silent).as("%s calls", tried).isEmpty();
    assertThat(tried).isGreaterThan(250);
  }

  private static boolean isPublished(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && !type.isEnum()
        && type.getEnclosingClass().map(EveryNullArgumentTest::isPublished).orElse(true);
  }

  /** Public constructors and methods that are ours, and not the host's to call. */
  private static List<Executable> calls(Class<?> type) {
    List<Executable> calls = new ArrayList<>();
    if (!Modifier.isAbstract(type.getModifiers()) && !isResult(type)) {
      calls.addAll(Arrays.asList(type.getConstructors()));
    }
    for (Method method : type.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers())
          && !method.isSynthetic()
          && !method.isBridge()
          && !method.getName().equals("equals")
          && !Modifier.isAbstract(method.getModifiers())
          && !overrides(type, method)) {
        calls.add(method);
      }
    }
    return calls;
  }

  /** A record that we hand out, such as a row of a report. */
  private static boolean isResult(Class<?> type) {
    return type.isRecord() && type.getInterfaces().length == 0;
  }

  /** What the host calls, or we do, through the type that declares it. */
  private static boolean overrides(Class<?> type, Method method) {
    List<Class<?>> above = new ArrayList<>(List.of(type.getInterfaces()));
    if (type.getSuperclass() != null) {
      above.add(type.getSuperclass());
    }
    return above.stream().anyMatch(one -> declares(one, method) || overrides(one, method));
  }

  private static boolean declares(Class<?> type, Method method) {
    return Arrays.stream(type.getDeclaredMethods())
        .anyMatch(
            other ->
                other.getName().equals(method.getName())
                    && other.getParameterCount() == method.getParameterCount());
  }

  private int tryNulls(Class<?> type, Executable call, Samples samples, TreeSet<String> silent) {
    int tried = 0;
    Class<?>[] parameters = call.getParameterTypes();
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i].isPrimitive()
          || call.getAnnotatedParameterTypes()[i].isAnnotationPresent(Nullable.class)) {
        continue;
      }
      Optional<Object[]> arguments = samples.arguments(call, i);
      boolean needsInstance = call instanceof Method && !Modifier.isStatic(call.getModifiers());
      Optional<?> instance = needsInstance ? samples.of(type) : Optional.of("none");
      if (arguments.isEmpty() || instance.isEmpty()) {
        continue;
      }
      tried++;
      String problem = problem(call, instance.get(), arguments.get());
      if (problem != null) {
        silent.add(
            call.toGenericString().replace("io.github.dl4jext.", "") + " [" + i + "]: " + problem);
      }
    }
    return tried;
  }

  private static @Nullable String problem(Executable call, Object instance, Object[] arguments) {
    try {
      if (call instanceof Constructor<?> constructor) {
        constructor.newInstance(arguments);
      } else {
        ((Method) call).invoke(instance, arguments);
      }
      return "nothing thrown";
    } catch (InvocationTargetException thrown) {
      Throwable cause = thrown.getCause();
      String message = cause.getMessage();
      boolean inWords =
          message != null
              && !message.startsWith("Cannot ")
              && (cause instanceof IllegalArgumentException
                  || cause instanceof NullPointerException
                  || cause instanceof IllegalStateException);
      return inWords ? null : cause.toString();
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      return null;
    }
  }
}
