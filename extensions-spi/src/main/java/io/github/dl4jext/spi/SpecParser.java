package io.github.dl4jext.spi;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Parses specs by recursive descent over this grammar:
 *
 * <pre>
 * spec     = name [ "(" [ argument { "," argument } ] ")" ]
 * argument = [ name "=" ] value
 * value    = number | "true" | "false" | word | quoted | list | spec
 * list     = "[" [ value { "," value } ] "]"
 * </pre>
 *
 * <p>Only the first argument may lack a name. Text and nesting are bounded, and each character is
 * read a fixed number of times.
 */
final class SpecParser {

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,99}+");
  private static final String DELIMITERS = "()[],='\"";
  static final int MAX_LENGTH = 100_000;
  private static final int MAX_DEPTH = 50;

  private final String text;
  private int position;
  private int depth;

  SpecParser(String text) {
    this.text = text;
  }

  Spec parse() {
    if (text.length() > MAX_LENGTH) {
      throw error("at most " + MAX_LENGTH + " characters, not " + text.length());
    }
    Spec spec = spec(name("the name of a plugin"));
    skipSpace();
    if (position < text.length()) {
      throw error("the end of the spec");
    }
    return spec;
  }

  private Spec spec(String name) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    if (take('(') && !take(')')) {
      descend();
      do {
        argument(arguments);
      } while (take(','));
      if (!take(')')) {
        throw error("',' or ')'");
      }
      depth--;
    }
    return new Spec(name, arguments);
  }

  private void argument(Map<String, Object> arguments) {
    skipSpace();
    int start = position;
    if (arguments.isEmpty() && !startsWithName()) {
      arguments.put(Spec.UNNAMED, value());
      return;
    }
    String name = name("the name of a parameter");
    if (arguments.containsKey(name)) {
      position = start;
      throw error("each parameter once, but '" + name + "' was given before");
    }
    if (!take('=')) {
      throw error("'='");
    }
    arguments.put(name, value());
  }

  /** Whether an argument with a name comes next, even if it is incomplete. */
  private boolean startsWithName() {
    int start = position;
    String word = word();
    boolean nested = peek('(');
    boolean none = word.isEmpty() && !peek('[') && !peek('\'') && !peek('"');
    position = start;
    return none || NAME.matcher(word).matches() && !nested;
  }

  private Object value() {
    skipSpace();
    if (take('[')) {
      return list();
    }
    if (peek('\'') || peek('"')) {
      return quoted();
    }
    int start = position;
    String word = word();
    if (word.isEmpty()) {
      throw error("a value");
    }
    if (peek('(')) {
      if (!NAME.matcher(word).matches()) {
        position = start;
        throw error("the name of a plugin");
      }
      return spec(word);
    }
    return WrittenNumber.parse(word)
        .filter(BigDecimal.class::isInstance)
        .<Object>map(n -> n)
        .orElse(word(word));
  }

  private static Object word(String word) {
    return switch (word) {
      case "true" -> true;
      case "false" -> false;
      default -> word;
    };
  }

  private List<Object> list() {
    List<Object> values = new ArrayList<>();
    if (take(']')) {
      return values;
    }
    descend();
    do {
      values.add(value());
    } while (take(','));
    if (!take(']')) {
      throw error("',' or ']'");
    }
    depth--;
    return values;
  }

  private String quoted() {
    char quote = text.charAt(position);
    int end = text.indexOf(quote, position + 1);
    if (end < 0) {
      position = text.length();
      throw error("the closing " + quote);
    }
    String content = text.substring(position + 1, end);
    position = end + 1;
    return content;
  }

  private String name(String expected) {
    skipSpace();
    int start = position;
    String word = word();
    if (!NAME.matcher(word).matches()) {
      position = start;
      throw error(expected);
    }
    return word;
  }

  private String word() {
    int start = position;
    while (position < text.length()
        && !Character.isWhitespace(text.charAt(position))
        && DELIMITERS.indexOf(text.charAt(position)) < 0) {
      position++;
    }
    return text.substring(start, position);
  }

  private boolean take(char c) {
    boolean there = peek(c);
    if (there) {
      position++;
    }
    return there;
  }

  private boolean peek(char c) {
    skipSpace();
    return position < text.length() && text.charAt(position) == c;
  }

  private void skipSpace() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private void descend() {
    if (++depth > MAX_DEPTH) {
      throw error("at most " + MAX_DEPTH + " levels of nesting");
    }
  }

  private MalformedSpecException error(String expected) {
    return new MalformedSpecException(text, position, expected);
  }
}
