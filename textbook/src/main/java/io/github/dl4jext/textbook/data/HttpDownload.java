package io.github.dl4jext.textbook.data;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One attempt to get a file over HTTP, which goes on where an earlier attempt broke off. */
final class HttpDownload {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(15);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  /** For the body: a connection that has gone dead would otherwise be waited for without end. */
  private static final Duration BODY_LIMIT = Duration.ofMinutes(10);

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_LIMIT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  /**
   * How it went.
   *
   * @param complete whether the whole body has arrived
   * @param worthRetrying if not complete: whether the same address may well do better next time
   * @param reason if not complete: why
   */
  record Outcome(boolean complete, boolean worthRetrying, String reason) {}

  /**
   * Appends to {@code part} what is missing of it, or writes it from the start where the server
   * cannot resume.
   */
  Outcome attempt(URI address, Path part) throws IOException, InterruptedException {
    long have = Files.exists(part) ? Files.size(part) : 0;
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(ANSWER_LIMIT);
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
    }
    CompletableFuture<HttpResponse<Path>> pending =
        client.sendAsync(request.build(), info -> bodyTo(part, have, info));
    try {
      return judge(pending.get(BODY_LIMIT.toSeconds(), TimeUnit.SECONDS), part, have);
    } catch (ExecutionException e) {
      return new Outcome(false, true, plainly(e.getCause()));
    } catch (TimeoutException e) {
      return new Outcome(false, true, "not done after " + BODY_LIMIT.toMinutes() + " minutes");
    } finally {
      pending.cancel(true);
    }
  }

  private static HttpResponse.BodySubscriber<Path> bodyTo(
      Path part, long have, HttpResponse.ResponseInfo info) {
    if (info.statusCode() == 200) {
      return BodySubscribers.ofFile(
          part,
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING);
    }
    if (resumes(info.statusCode(), info.headers(), have)) {
      return BodySubscribers.ofFile(part, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }
    return BodySubscribers.replacing(part);
  }

  private static boolean resumes(int status, HttpHeaders headers, long have) {
    return status == 206
        && headers
            .firstValue("Content-Range")
            .filter(range -> range.startsWith("bytes " + have + "-"))
            .isPresent();
  }

  private static Outcome judge(HttpResponse<Path> response, Path part, long have)
      throws IOException {
    int status = response.statusCode();
    if (status == 200 || resumes(status, response.headers(), have)) {
      return new Outcome(true, false, "");
    }
    if (status == 206 || status == 416) {
      // What we have does not fit what the server has.
      Files.deleteIfExists(part);
      return new Outcome(false, true, "HTTP status " + status + " to a request to resume");
    }
    boolean passing = status >= 500 || status == 408 || status == 429;
    return new Outcome(false, passing, "HTTP status " + status);
  }

  /**
   * The HTTP client's exceptions often have no message, and their types say little to most people.
   */
  private static String plainly(Throwable problem) {
    if (problem instanceof HttpTimeoutException) {
      return "no answer in time";
    }
    if (problem instanceof ConnectException) {
      return "no connection (no network, unknown host, or refused)";
    }
    return problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage();
  }
}
