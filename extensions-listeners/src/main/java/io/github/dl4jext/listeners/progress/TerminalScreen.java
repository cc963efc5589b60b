package io.github.dl4jext.listeners.progress;

import java.io.PrintStream;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Draws a bar per epoch with the progressbar library, which uses its own thread. */
final class TerminalScreen implements Screen {

  private static final int MILLIS_PER_PICTURE = 200;
  private static final int UNKNOWN = -1;

  private final PrintStream out;
  private final IntSupplier width;
  private final ProgressBarStyle style;

  /** Null before the first epoch, as is the line. */
  private @Nullable ProgressBar bar;

  private @Nullable Line line;

  /** Reads the width at the beginning of each epoch. */
  TerminalScreen(PrintStream out, IntSupplier width, boolean unicode) {
    this.out = out;
    this.width = width;
    this.style = unicode ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII;
  }

  @Override
  public long intervalNanos() {
    return MILLIS_PER_PICTURE * 1_000_000L / 2;
  }

  @Override
  public void begin(ProgressSnapshot shown) {
    line = new Line(out, width.getAsInt());
    bar =
        new ProgressBarBuilder()
            .setTaskName(shown.title())
            .setInitialMax(shown.steps() > 0 ? shown.steps() : UNKNOWN)
            .setStyle(style)
            .setUpdateIntervalMillis(MILLIS_PER_PICTURE)
            .hideEta() // the library's own estimate does not include the epochs to come
            .setConsumer(line)
            .build();
  }

  @Override
  public void show(ProgressSnapshot shown) {
    show(Objects.requireNonNull(bar), shown);
  }

  private static void show(ProgressBar bar, ProgressSnapshot shown) {
    if (shown.steps() > 0 && shown.step() > shown.steps()) {
      bar.maxHint(shown.step());
    }
    bar.stepTo(shown.step());
    bar.setExtraMessage(shown.figures());
  }

  @Override
  public void end(ProgressSnapshot shown) {
    ProgressBar ended = Objects.requireNonNull(bar);
    show(ended, shown);
    if (ended.isIndefinite()) {
      ended.maxHint(Math.max(shown.step(), 1));
    }
    ended.close();
    Objects.requireNonNull(line).close();
  }

  /**
   * Ends with one line break, which the library leaves out if a bar ends before it is first drawn.
   */
  private static final class Line extends ConsoleProgressBarConsumer {

    private final AtomicBoolean closed = new AtomicBoolean();

    Line(PrintStream out, int width) {
      super(out, width);
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        super.close();
      }
    }
  }
}
