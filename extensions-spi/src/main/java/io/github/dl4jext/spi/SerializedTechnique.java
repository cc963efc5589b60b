package io.github.dl4jext.spi;

import java.io.InvalidObjectException;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Objects;

/**
 * Stands for a technique in Java serialization, so that its constructor is not bypassed. A class
 * that keeps its {@link Arguments} but does not extend {@link TechniqueValue} returns one from its
 * {@code writeReplace}.
 *
 * @param type the technique's class, which has a constructor that takes only {@link Arguments}; it
 *     may be private
 * @param arguments the arguments that this constructor is given, and checks, when the technique is
 *     read
 */
public record SerializedTechnique(Class<?> type, Arguments arguments) implements Serializable {

  private Object readResolve() throws InvalidObjectException {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(Arguments.class);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException refused) {
      throw invalid(Objects.requireNonNullElse(refused.getCause(), refused));
    } catch (ReflectiveOperationException missing) {
      throw invalid(missing);
    }
  }

  private InvalidObjectException invalid(Throwable cause) {
    InvalidObjectException invalid =
        new InvalidObjectException(
            Shown.cut(type.getName() + ": " + cause.getMessage(), Shown.MESSAGE));
    invalid.initCause(cause);
    return invalid;
  }
}
