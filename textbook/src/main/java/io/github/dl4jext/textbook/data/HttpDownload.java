package io.github.dl4jext.textbook.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Downloads a file over HTTP. It makes several attempts, resumes where the last one stopped, and
 * checks the MD5 sum; ND4J's own downloader starts from the beginning each time.
 */
final class HttpDownload {
  private static final int ATTEMPTS = 3;
  private static final int CANNOT_RESUME = 416;

  /** The time limit for the body; without it a dead connection would block for ever. */
  private static final int BODY_MINUTES = 10;

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(15))
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  private final Duration firstPause;

  /**
   * @param firstPause how long to wait before the second attempt; doubled for each further one
   */
  HttpDownload(Duration firstPause) {
    this.firstPause = firstPause;
  }

  /**
   * Downloads what {@code part} lacks. Returns null if the file is then intact, or else the reason.
   */
  String fetch(URI address, Path part, String md5) throws IOException, InterruptedException {
    String reason = "";
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (attempt > 1) {
        Thread.sleep(firstPause.toMillis() << (attempt - 2));
      }
      try {
        int status = request(address, part);
        if (status == 200 || status == 206) {
          if (isIntact(part, md5)) {
            return null;
          }
          reason = "MD5 mismatch: expected " + md5;
          Files.delete(part);
        } else {
          reason = "HTTP status " + status;
          if (status == CANNOT_RESUME) {
            Files.deleteIfExists(part);
          } else if (status < 500 && status != 408 && status != 429) {
            return reason;
          }
        }
      } catch (ExecutionException e) {
        reason = reason(e.getCause());
      } catch (TimeoutException e) {
        reason = "not done after " + BODY_MINUTES + " minutes";
      }
    }
    return reason + " (" + ATTEMPTS + " attempts)";
  }

  private int request(URI address, Path part)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(30));
    if (Files.exists(part) && Files.size(part) > 0) {
      request.header("Range", "bytes=" + Files.size(part) + "-");
    }
    CompletableFuture<HttpResponse<Path>> pending =
        client.sendAsync(request.build(), info -> writeTo(part, info.statusCode()));
    try {
      return pending.get(BODY_MINUTES, TimeUnit.MINUTES).statusCode();
    } finally {
      pending.cancel(true);
    }
  }

  private static HttpResponse.BodySubscriber<Path> writeTo(Path part, int status) {
    return switch (status) {
      case 200 ->
          BodySubscribers.ofFile(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING);
      // If the server sends another part than the one asked for, the MD5 sum shows it.
      case 206 -> BodySubscribers.ofFile(part, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
      default -> BodySubscribers.replacing(part);
    };
  }

  /** Words for failures whose exceptions often have no message and a type that says little. */
  private static String reason(Throwable failure) {
    if (failure instanceof HttpTimeoutException) {
      return "no answer in time";
    }
    if (failure instanceof ConnectException) {
      return "no connection (no network, unknown host, or refused)";
    }
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }

  static boolean isIntact(Path path, String md5) throws IOException {
    return Files.isRegularFile(path) && md5(path).equals(md5);
  }

  static String md5(Path path) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}
