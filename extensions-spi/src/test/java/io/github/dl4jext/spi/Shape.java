package io.github.dl4jext.spi;

import com.google.auto.service.AutoService;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/** A kind for tests, with a plugin that has one parameter of most types and one that nests. */
interface Shape {

  enum Fill {
    NONE,
    DOTTED
  }

  record Box(double width, int corners, Fill fill) implements Shape {

    private static final Parameter<Double> WIDTH =
        Parameter.number("width").in("(0, inf)").orElse(1.0).doc("width in metres");
    private static final Parameter<Integer> CORNERS =
        Parameter.integer("corners").in("[1, 100]").orElse(2).doc("number of corners");
    private static final Parameter<Fill> FILL =
        Parameter.choice("fill", Fill.class).orElse(Fill.NONE).doc("pattern");

    public Box {
      Checks.of("box").check(WIDTH, width).check(CORNERS, corners).check(FILL, fill).done();
    }

    @SuppressWarnings("rawtypes")
    @AutoService(Plugin.class)
    public static final class Provider implements Plugin<Shape> {

      @Override
      public Class<Shape> kind() {
        return Shape.class;
      }

      @Override
      public String name() {
        return "box";
      }

      @Override
      public List<String> aliases() {
        return List.of("cuboid", "dotted_box");
      }

      @Override
      public Map<String, ?> argumentsOf(String alias) {
        return alias.startsWith("dotted") ? Map.of("fill", "dotted") : Map.of();
      }

      @Override
      public String summary() {
        return "a box";
      }

      @Override
      public URI reference() {
        return URI.create("https://example.org");
      }

      @Override
      public List<Parameter<?>> parameters() {
        return List.of(WIDTH, CORNERS, FILL);
      }

      @Override
      public Shape create(Arguments arguments) {
        return new Box(arguments.get(WIDTH), arguments.get(CORNERS), arguments.get(FILL));
      }
    }
  }

  record Stack(List<Shape> parts, ISchedule rate) implements Shape {

    private static final Parameter<List<Shape>> PARTS =
        Parameter.plugins("parts", Shape.class).doc("from the bottom up");
    private static final Parameter<ISchedule> RATE =
        Parameter.rate("rate").in("[0, inf)").orElse(new FixedSchedule(0.5)).doc("a rate");

    @SuppressWarnings("rawtypes")
    @AutoService(Plugin.class)
    public static final class Provider implements Plugin<Shape> {

      @Override
      public Class<Shape> kind() {
        return Shape.class;
      }

      @Override
      public String name() {
        return "stack";
      }

      @Override
      public String summary() {
        return "shapes on top of each other";
      }

      @Override
      public URI reference() {
        return URI.create("https://example.org");
      }

      @Override
      public List<Parameter<?>> parameters() {
        return List.of(PARTS, RATE);
      }

      @Override
      public Shape create(Arguments arguments) {
        return new Stack(arguments.get(PARTS), arguments.get(RATE));
      }
    }
  }
}
