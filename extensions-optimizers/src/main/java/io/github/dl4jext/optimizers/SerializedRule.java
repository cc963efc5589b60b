package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Arguments;
import java.io.InvalidObjectException;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Objects;

/**
 * Stands for an {@link UpdateRule} in Java serialization, so that its constructor is not passed by.
 */
record SerializedRule(Class<?> type, Arguments arguments) implements Serializable {

  private Object readResolve() throws InvalidObjectException {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(Arguments.class);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException refused) {
      throw invalid(Objects.requireNonNull(refused.getCause(), "a constructor fails by something"));
    } catch (ReflectiveOperationException missing) {
      throw invalid(missing);
    }
  }

  private InvalidObjectException invalid(Throwable cause) {
    InvalidObjectException invalid =
        new InvalidObjectException(type.getName() + arguments + ": " + cause.getMessage());
    invalid.initCause(cause);
    return invalid;
  }
}
