package io.github.dl4jext.textbook.report;

/**
 * The anchors of one set of images in the page. Those of the first set are the experiments' names;
 * the others have a prefix, since the page shows an experiment once for each set.
 *
 * @param images the position of the set in the page, from 0 on
 */
record PageIds(int images) {

  /** The anchor of an experiment. */
  String of(String experiment) {
    return prefix() + experiment.replaceAll("[^A-Za-z0-9-]+", "-");
  }

  /** The anchor of another part of the page; it has a point, which no experiment's name has. */
  String ofPart(String part) {
    return prefix() + "part." + part;
  }

  private String prefix() {
    return images == 0 ? "" : "images" + (images + 1) + ".";
  }
}
