package io.github.dl4jext.textbook.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dl4jext.spi.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** A file of the report that holds a list of objects of one kind. */
public final class JsonList<T> {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final ObjectWriter WRITER =
      MAPPER.writer(
          new DefaultPrettyPrinter(
                  Separators.createDefaultInstance()
                      .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                      .withObjectEntrySpacing(Separators.Spacing.AFTER)
                      .withArrayEmptySeparator(""))
              .withObjectIndenter(new DefaultPrettyPrinter.NopIndenter())
              .withArrayIndenter(new DefaultPrettyPrinter.NopIndenter()));

  private final Path file;
  private final Class<T> kind;
  private final String plural;
  private final Predicate<T> isComplete;

  /**
   * @param plural what the objects are called in messages
   * @param isComplete whether nothing is null that must not be
   */
  JsonList(Path file, Class<T> kind, String plural, Predicate<T> isComplete) {
    this.file = file;
    this.kind = kind;
    this.plural = plural;
    this.isComplete = isComplete;
  }

  Path file() {
    return file;
  }

  /** What is in the file; nothing if there is none. */
  List<T> read() {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      List<T> read = MAPPER.readerForListOf(kind).readValue(Files.readAllBytes(file));
      if (read == null || read.contains(null)) {
        throw corrupt("null where an object should be", null);
      }
      if (!read.stream().allMatch(isComplete)) {
        throw corrupt("null where a text or a list should be", null);
      }
      return read;
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      throw corrupt(where + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw CliException.usage(file + " cannot be read: " + WholeFile.reason(e), e);
    }
  }

  private CliException corrupt(String what, Throwable cause) {
    return CliException.usage(
        file
            + " is not a list of "
            + plural
            + " ("
            + what
            + "); mend it, move it away, or choose another folder with --report",
        cause);
  }

  /** The content of a file: a line per object, so that it reads well and compares well. */
  static String text(List<?> objects) throws IOException {
    StringBuilder text = new StringBuilder("[");
    String before = "\n  ";
    for (Object object : objects) {
      text.append(before).append(WRITER.writeValueAsString(object));
      before = ",\n  ";
    }
    return text.append(objects.isEmpty() ? "]\n" : "\n]\n").toString();
  }
}
