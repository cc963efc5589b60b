package io.github.dl4jext.textbook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.dl4jext.textbook.data.CachedDownload.RemoteFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server of our own on the loopback address; nothing here needs a network. */
class CachedDownloadTest {
  private static final String FIRST = IdxFiles.NAMES.get(0) + ".gz";

  @TempDir private Path temp;
  private Path folder;
  private HttpServer server;
  private ExecutorService serverThreads;

  private final Map<String, byte[]> served = new ConcurrentHashMap<>();
  private final List<RemoteFile> files = new ArrayList<>();

  /** "name" or "name from N" for each request, in order. */
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private final List<String> news = new ArrayList<>();

  // How the server misbehaves.
  private volatile boolean supportsRange = true;
  private volatile int refusals;
  private volatile int refusalStatus = 503;
  private volatile int cuts;

  @BeforeEach
  void startServer() throws IOException {
    folder = temp.resolve("cache").resolve("fashion-mnist");
    for (int i = 0; i < IdxFiles.NAMES.size(); i++) {
      String name = IdxFiles.NAMES.get(i) + ".gz";
      byte[] content = IdxFiles.gzip(IdxFiles.contents().get(i));
      served.put(name, content);
      Path sample = temp.resolve("sample");
      Files.write(sample, content);
      files.add(new RemoteFile(name, HttpDownload.md5(sample)));
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serverThreads = Executors.newCachedThreadPool();
    server.setExecutor(serverThreads);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
    serverThreads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring(1);
    String range = exchange.getRequestHeaders().getFirst("Range");
    byte[] content = served.get(name);
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    requests.add(range == null ? name : name + " from " + from);
    if (refusals > 0) {
      refusals--;
      exchange.sendResponseHeaders(refusalStatus, -1);
    } else if (content == null) {
      exchange.sendResponseHeaders(404, -1);
    } else if (range != null && supportsRange && from >= content.length) {
      exchange.sendResponseHeaders(416, -1);
    } else if (range != null && supportsRange) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
      exchange.sendResponseHeaders(206, content.length - from);
      exchange.getResponseBody().write(content, from, content.length - from);
    } else if (cuts > 0) {
      cuts--;
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content, 0, content.length / 2);
      exchange.getResponseBody().flush();
      // Closing with half of the promised bytes sent cuts the connection.
    } else {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content);
    }
    exchange.close();
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private CachedDownload download(URI... mirrors) {
    return new CachedDownload(
        "Fashion-MNIST", "30 MB", List.of(mirrors), files, folder, Duration.ofMillis(1), news::add);
  }

  private void assertCacheIsComplete() throws IOException {
    for (RemoteFile file : files) {
      assertThat(folder.resolve(file.name())).hasBinaryContent(served.get(file.name()));
    }
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all.map(Path::toString)).noneMatch(name -> name.endsWith(".part"));
    }
  }

  private static URI nobody() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
    }
  }

  @Test
  void theFourFilesAreDownloadedAndRead() throws IOException {
    ImageData data = FashionMnistDownload.load(download(address()));
    assertThat(data.name()).isEqualTo("fashion-mnist");
    assertThat(data.train().size()).isEqualTo(30);
    assertThat(data.test().size()).isEqualTo(20);
    assertThat(requests).hasSize(4);
    assertCacheIsComplete();
  }

  @Test
  void aCompleteCacheAsksNobody() throws IOException {
    FashionMnistDownload.load(download(address()));
    requests.clear();
    assertThat(FashionMnistDownload.load(download(address())).train().size()).isEqualTo(30);
    assertThat(requests).isEmpty();
    assertThat(FashionMnistDownload.load(download(nobody())).train().size()).isEqualTo(30);
    assertThat(news).as("of the first download alone").hasSize(1);
    assertThat(news.get(0)).contains("downloading", folder.toString());
  }

  @Test
  void aFileThatHasGoneBadIsFetchedAnewAndTheOthersAreNot() throws IOException {
    FashionMnistDownload.load(download(address()));
    requests.clear();
    Files.write(folder.resolve(FIRST), new byte[] {1, 2, 3});
    FashionMnistDownload.load(download(address()));
    assertThat(requests).containsExactly(FIRST);
    assertCacheIsComplete();
  }

  @Test
  void aConnectionThatIsCutIsResumedWhereItBroke() throws IOException {
    cuts = 1;
    FashionMnistDownload.load(download(address()));
    assertThat(requests.get(0)).isEqualTo(FIRST);
    assertThat(requests.get(1)).startsWith(FIRST + " from ").isNotEqualTo(FIRST + " from 0");
    assertThat(requests).hasSize(5);
    assertCacheIsComplete();
  }

  @Test
  void whatAnEarlierProgramLeftIsResumed() throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(FIRST + ".part"), Arrays.copyOf(served.get(FIRST), 10));
    FashionMnistDownload.load(download(address()));
    assertThat(requests.get(0)).isEqualTo(FIRST + " from 10");
    assertCacheIsComplete();
  }

  @Test
  void aServerThatCannotResumeSendsEverythingAgain() throws IOException {
    supportsRange = false;
    cuts = 1;
    FashionMnistDownload.load(download(address()));
    assertThat(requests.get(1)).startsWith(FIRST + " from ");
    assertThat(requests).hasSize(5);
    assertCacheIsComplete();
  }

  @Test
  void aWholePartIsKeptWithoutAsking() throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(FIRST + ".part"), served.get(FIRST));
    FashionMnistDownload.load(download(address()));
    assertThat(requests).hasSize(3).doesNotContain(FIRST);
    assertCacheIsComplete();
  }

  @Test
  void aPartThatFitsNothingIsThrownAway() throws IOException {
    Files.createDirectories(folder);
    // The server answers 416 to this one, and resumes the other, which then has the wrong sum.
    Files.write(folder.resolve(FIRST + ".part"), new byte[served.get(FIRST).length + 5]);
    String second = files.get(1).name();
    Files.write(folder.resolve(second + ".part"), new byte[7]);
    FashionMnistDownload.load(download(address()));
    assertThat(requests.subList(1, 4)).containsExactly(FIRST, second + " from 7", second);
    assertCacheIsComplete();
  }

  @Test
  void aBusyServerIsAskedAgain() throws IOException {
    refusals = 2;
    FashionMnistDownload.load(download(address()));
    assertThat(requests).hasSize(6).startsWith(FIRST, FIRST, FIRST);
    assertCacheIsComplete();
  }

  @Test
  void anAddressWithoutTheFileIsLeftForTheNextMirrorAtOnce() throws IOException {
    refusals = 1;
    refusalStatus = 404;
    FashionMnistDownload.load(download(address(), address()));
    assertThat(requests).hasSize(5).startsWith(FIRST, FIRST);
    assertCacheIsComplete();
  }

  @Test
  void aDeadMirrorIsLeftForTheNext() throws IOException {
    FashionMnistDownload.load(download(nobody(), address()));
    assertCacheIsComplete();
  }

  @Test
  void aFileWithTheWrongSumIsNeverKept() {
    served.put(FIRST, new byte[] {1, 2, 3});
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> FashionMnistDownload.load(download(address())))
        .withMessageContaining(address() + FIRST + ": MD5 mismatch: expected ")
        .withMessageContaining("3 attempts");
    assertThat(requests).containsExactly(FIRST, FIRST, FIRST);
    assertThat(folder.resolve(FIRST)).doesNotExist();
    assertThat(folder.resolve(FIRST + ".part")).doesNotExist();
  }

  @Test
  void withoutANetworkTheMessageSaysWhatWasTriedAndWhatToDo() throws IOException {
    URI one = nobody();
    URI other = nobody();
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> FashionMnistDownload.load(download(one, other)))
        .withMessageContainingAll(
            one + FIRST + ": no connection",
            other + FIRST + ": no connection",
            "by hand from " + one + " or " + other,
            "put them into " + folder,
            "--data DIR",
            "--data embedded")
        .withMessageContainingAll(files.stream().map(RemoteFile::name).toArray(String[]::new));
  }

  @Test
  void aCacheFolderThatCannotBeMadeIsNamed() throws IOException {
    Files.createDirectories(folder.getParent());
    Files.writeString(folder, "a file is in the way");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> FashionMnistDownload.load(download(address())))
        .withMessageContaining("cache folder " + folder)
        .withMessageContaining("--data embedded");
  }

  @Test
  void manyThreadsAtOnceDownloadOnceAndCorruptNothing() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      Callable<Integer> load = () -> FashionMnistDownload.load(download(address())).train().size();
      List<Future<Integer>> sizes = threads.invokeAll(Collections.nCopies(6, load));
      for (Future<Integer> size : sizes) {
        assertThat(size.get()).isEqualTo(30);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(requests).hasSize(4);
    assertCacheIsComplete();
  }

  @Test
  void severalProcessesAtOnceDownloadOnceAndCorruptNothing() throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Fetcher.class.getName(),
                address().toString(),
                folder.toString()));
    files.forEach(file -> command.addAll(List.of(file.name(), file.md5())));
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      processes.add(builder.redirectOutput(temp.resolve("output" + i).toFile()).start());
    }
    for (int i = 0; i < processes.size(); i++) {
      int exit = processes.get(i).waitFor();
      assertThat(exit).as(Files.readString(temp.resolve("output" + i))).isZero();
    }
    assertThat(requests).hasSize(4);
    assertCacheIsComplete();
  }

  /** The program that runs in the other processes: ADDRESS FOLDER (NAME MD5)... */
  static final class Fetcher {
    private Fetcher() {}

    public static void main(String[] arguments) {
      List<RemoteFile> files = new ArrayList<>();
      for (int i = 2; i < arguments.length; i += 2) {
        files.add(new RemoteFile(arguments[i], arguments[i + 1]));
      }
      new CachedDownload(
              "Fashion-MNIST",
              "30 MB",
              List.of(URI.create(arguments[0])),
              files,
              Path.of(arguments[1]),
              Duration.ofMillis(1),
              text -> {})
          .fetch();
    }
  }
}
