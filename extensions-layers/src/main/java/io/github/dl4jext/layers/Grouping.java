package io.github.dl4jext.layers;

/**
 * Says of each element of an example, in the order of memory, with which others it is normalized
 * and which gain it has.
 *
 * @param groups how many groups there are
 * @param group the group of each element
 * @param gain the place of each element's gain and bias
 * @param positions how many positions or time steps there are, which masks tell of
 * @param position the position of each element
 */
record Grouping(int groups, int[] group, int[] gain, int positions, int[] position) {

  int length() {
    return group.length;
  }
}
