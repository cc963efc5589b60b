package io.github.dl4jext.spi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Plugin jars made on the spot, so that tests see what a user with other people's jars sees. */
final class PluginJar {

  private PluginJar() {}

  /** Source of a plugin that makes Runnables; the members given replace those of the template. */
  static String plugin(String className, String name, String members) {
    return """
        package jars;
        import io.github.dl4jext.spi.*;
        public class %s implements Plugin<Runnable> {
          public Class<Runnable> kind() { return Runnable.class; }
          public String name() { return "%s"; }
          public String summary() { return "made in a test"; }
          public java.net.URI reference() { return java.net.URI.create("https://example.org"); }
          public Runnable create(Arguments arguments) { return () -> {}; }
          %s
        }
        """
        .formatted(className, name, members);
  }

  static Path jar(Path folder, String jarName, String className, String source) throws IOException {
    Path classes = Files.createDirectories(folder.resolve(jarName + "-classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    SimpleJavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///jars/" + className + ".java"), SimpleJavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    List<String> options =
        List.of(
            "-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
    if (!compiler.getTask(null, null, null, options, null, List.of(file)).call()) {
      throw new IllegalStateException("the test's source does not compile:\n" + source);
    }
    return jar(folder.resolve(jarName + ".jar"), classes, "jars." + className);
  }

  /** A jar of the folder's files that lists the provider, whether it is in the folder or not. */
  static Path jar(Path jar, Path classes, String provider) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      out.putNextEntry(new JarEntry("META-INF/services/" + Plugin.class.getName()));
      out.write((provider + "\n").getBytes(StandardCharsets.UTF_8));
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
        out.write(Files.readAllBytes(file));
      }
    }
    return jar;
  }

  static URLClassLoader loader(Path... jars) {
    URL[] urls =
        Stream.of(jars)
            .map(
                jar -> {
                  try {
                    return jar.toUri().toURL();
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                })
            .toArray(URL[]::new);
    return new URLClassLoader(urls, PluginJar.class.getClassLoader());
  }
}
