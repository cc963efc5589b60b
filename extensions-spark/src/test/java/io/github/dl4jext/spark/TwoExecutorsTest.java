package io.github.dl4jext.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guide's program, in a fat jar, is submitted to a cluster of a driver and two executors, each
 * a program of its own on this machine. It has a command of its own, which CONTRIBUTING.md tells.
 */
@Tag("cluster")
@EnabledForJreRange(max = JRE.JAVA_17, disabledReason = "Spark 3.1 runs on Java 17 at the latest")
class TwoExecutorsTest {

  private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Path GUIDE = Path.of("../docs/guide/spark.md");
  private static final Pattern FLAGS =
      Pattern.compile("--add-opens=\\S+?=ALL-UNNAMED|-Daeron[.=a-z0-9]+");

  private static final String QUICKLY =
      "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+DisableExplicitGC ";

  /** What an application brings; the rest is on the cluster. */
  private static final Pattern OF_THE_APPLICATION =
      Pattern.compile(
          ".*/(classes|extensions-[^/]*\\.jar|org/(deeplearning4j|nd4j|bytedeco|datavec)/.*\\.jar)");

  @Test
  @Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void theProgramOfTheGuideTrains(@TempDir Path folder) throws Exception {
    Matcher program = PROGRAM.matcher(Files.readString(GUIDE));
    assertThat(program.find()).isTrue();
    String said = run(program.group(1), folder);
    assertThat(said).containsPattern("3 epochs, 60 steps, loss 0\\.[0-9]+");
    assertThat(folder.resolve("checkpoints")).isNotEmptyDirectory();
  }

  /** Each takes a port of its own, as they are on one machine. */
  @Test
  @Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void twoExecutorsShareGradients(@TempDir Path folder) throws Exception {
    String said = run(Files.readString(Path.of("src/test/programs/TrainOnSpark.java")), folder);
    assertThat(said).contains("3 epochs, 60 steps");
  }

  private static String run(String program, Path folder) throws Exception {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    compile(program, classes);
    List<Path> application = new ArrayList<>(List.of(classes));
    Path jars = Files.createDirectories(folder.resolve("spark/jars"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      if (OF_THE_APPLICATION.matcher(entry.replace('\\', '/')).matches()) {
        application.add(path);
      } else if (entry.endsWith(".jar")) {
        Files.copy(path, jars.resolve(path.getFileName()));
      }
    }
    Path fat = folder.resolve("my-training.jar");
    merge(application, fat);
    // what is of the guide, and what lets three programs begin faster
    String flags =
        QUICKLY
            + String.join(
                " ", FLAGS.matcher(Files.readString(GUIDE)).results().map(r -> r.group()).toList());
    Path log = folder.resolve("log.txt");
    int exit = submit(jars, fat, flags, folder.resolve("checkpoints"), log);
    String said = Files.readString(log);
    assertThat(exit).as(() -> whatWentWrong(jars.resolveSibling("work"), said)).isZero();
    assertThat(said.lines().filter(line -> line.contains("Granted executor ID"))).hasSize(2);
    return said;
  }

  /** Starts with what matters, as a long message is shown only in part. */
  private static String whatWentWrong(Path work, String driver) {
    StringBuilder message = new StringBuilder("The driver said:\n").append(complaints(driver));
    try (Stream<Path> files = Files.walk(work)) {
      for (Path file : files.filter(each -> each.endsWith("stderr")).sorted().toList()) {
        message
            .append("\nThe executor ")
            .append(work.relativize(file.getParent()))
            .append(" said:\n")
            .append(complaints(Files.readString(file)));
      }
    } catch (IOException e) {
      message.append("\nNo executor said anything: ").append(e);
    }
    return message.append("\nAll that the driver said:\n").append(driver).toString();
  }

  private static String complaints(String log) {
    List<String> lines = log.lines().toList();
    Stream<String> complaints = lines.stream().filter(line -> !line.contains(" INFO ")).limit(40);
    Stream<String> end = lines.stream().skip(Math.max(0, lines.size() - 5));
    return Stream.concat(complaints, Stream.concat(Stream.of("..."), end))
        .map(line -> line.substring(0, Math.min(300, line.length())))
        .collect(Collectors.joining("\n"));
  }

  private static int submit(Path jars, Path fat, String flags, Path checkpoints, Path log)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                "-cp",
                jars + "/*"));
    command.addAll(List.of(flags.split(" ")));
    command.addAll(
        List.of(
            "org.apache.spark.deploy.SparkSubmit",
            "--master",
            "local-cluster[2,1,512]",
            "--class",
            "TrainOnSpark",
            "--conf",
            "spark.executor.extraJavaOptions=" + flags,
            "--conf",
            "spark.executor.memory=512m",
            "--conf",
            "spark.driver.host=127.0.0.1",
            "--conf",
            "spark.driver.bindAddress=127.0.0.1",
            "--conf",
            "spark.ui.enabled=false",
            fat.toString(),
            checkpoints.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(jars.getParent().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME", jars.getParent().toString(),
                "SPARK_LOCAL_IP", "127.0.0.1",
                "SPARK_LOCAL_HOSTNAME", "127.0.0.1",
                "SPARK_SCALA_VERSION", "2.12",
                "OMP_NUM_THREADS", "1"));
    Process process = builder.start();
    try {
      return process.waitFor(150, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void compile(String source, Path folder) {
    SimpleJavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///TrainOnSpark.java"), SimpleJavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    List<String> options =
        List.of(
            "-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, options, null, List.of(file))
                .call())
        .isTrue();
  }

  /** Merges services, as a fat jar must; it is not compressed, as it goes nowhere. */
  private static void merge(List<Path> parts, Path jar) throws IOException {
    Map<String, StringBuilder> services = new HashMap<>();
    Set<String> written = new HashSet<>();
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      out.setLevel(Deflater.NO_COMPRESSION);
      for (Path part : parts) {
        if (Files.isDirectory(part)) {
          try (Stream<Path> files = Files.walk(part)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
              String name = part.relativize(file).toString().replace('\\', '/');
              add(name, Files.readAllBytes(file), services, written, out);
            }
          }
        } else {
          try (JarFile from = new JarFile(part.toFile())) {
            for (ZipEntry entry : from.stream().filter(each -> !each.isDirectory()).toList()) {
              byte[] bytes = from.getInputStream(entry).readAllBytes();
              add(entry.getName(), bytes, services, written, out);
            }
          }
        }
      }
      for (Map.Entry<String, StringBuilder> service : services.entrySet()) {
        out.putNextEntry(new ZipEntry(service.getKey()));
        out.write(service.getValue().toString().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void add(
      String name,
      byte[] bytes,
      Map<String, StringBuilder> services,
      Set<String> written,
      ZipOutputStream out)
      throws IOException {
    if (name.startsWith("META-INF/services/")) {
      services
          .computeIfAbsent(name, key -> new StringBuilder())
          .append(new String(bytes, StandardCharsets.UTF_8))
          .append('\n');
    } else if (!name.startsWith("META-INF/") && written.add(name)) {
      out.putNextEntry(new ZipEntry(name));
      out.write(bytes);
    }
  }
}
