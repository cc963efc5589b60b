package io.github.dl4jext.tensorboard;

/** Gathers the values of one step, in TensorFlow's message of the same name. */
final class Summary {

  private static final int STRING_TYPE = 7;

  private final Message message = new Message();
  private boolean isEmpty = true;

  Summary scalar(String tag, double value) {
    return add(new Message().text(1, tag).single(2, (float) value));
  }

  /** Adds the distribution of those numbers that are finite. */
  Summary histogram(String tag, double[] numbers) {
    Histogram histogram = Histogram.of(numbers);
    return histogram.count() == 0
        ? this
        : add(new Message().text(1, tag).message(5, histogram.message()));
  }

  /** Adds a text in Markdown. */
  Summary text(String tag, String markdown) {
    Message one = new Message().message(2, new Message().whole(1, 1));
    Message tensor = new Message().whole(1, STRING_TYPE).message(2, one).text(8, markdown);
    Message plugin = new Message().message(1, new Message().text(1, "text"));
    return add(new Message().text(1, tag).message(8, tensor).message(9, plugin));
  }

  private Summary add(Message value) {
    message.message(1, value);
    isEmpty = false;
    return this;
  }

  boolean isEmpty() {
    return isEmpty;
  }

  Message message() {
    return message;
  }
}
