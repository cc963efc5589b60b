package io.github.dl4jext.network;

import io.github.dl4jext.spi.ParameterName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Maps vectors that are laid out as one network's parameters are, such as an average of its
 * weights, onto another network: by the name and the shape of each parameter, never by position.
 */
public final class ParameterMapping {

  private record Piece(long from, long to, long length) {}

  private final ParameterLayout source;
  private final ParameterLayout target;
  private final List<Piece> pieces = new ArrayList<>();
  private final List<ParameterName> carried = new ArrayList<>();
  private final Map<ParameterName, String> missing = new LinkedHashMap<>();

  private ParameterMapping(ParameterLayout source, ParameterLayout target) {
    this.source = source;
    this.target = target;
    Map<ParameterName, ParameterLayout.Entry> known = new HashMap<>();
    Map<ParameterName, Long> places = new HashMap<>();
    long place = 0;
    for (ParameterLayout.Entry entry : source.parameters()) {
      known.put(entry.name(), entry);
      places.put(entry.name(), place);
      place += entry.length();
    }
    long to = 0;
    for (ParameterLayout.Entry entry : target.parameters()) {
      ParameterLayout.Entry old = known.get(entry.name());
      if (old != null && old.shape().equals(entry.shape())) {
        carried.add(entry.name());
        add(
            new Piece(
                Objects.requireNonNull(places.get(entry.name()), "every parameter has a place"),
                to,
                entry.length()));
      } else {
        missing.put(
            entry.name(),
            old == null ? "is new" : "has shape " + entry.shape() + " instead of " + old.shape());
      }
      to += entry.length();
    }
  }

  /** Pieces that follow each other in both vectors are copied at once. */
  private void add(Piece piece) {
    int last = pieces.size() - 1;
    if (last >= 0) {
      Piece before = pieces.get(last);
      if (before.from + before.length == piece.from && before.to + before.length == piece.to) {
        pieces.set(last, new Piece(before.from, before.to, before.length + piece.length));
        return;
      }
    }
    pieces.add(piece);
  }

  /**
   * Finds what two networks have in common.
   *
   * @param source the layout of the vectors to map
   * @param target the layout of the results
   * @return the mapping
   */
  public static ParameterMapping between(ParameterLayout source, ParameterLayout target) {
    return new ParameterMapping(source, target);
  }

  /**
   * Whether both layouts are the same, so that vectors need no mapping.
   *
   * @return true if a mapped vector is a copy of it
   */
  public boolean isIdentity() {
    return source.equals(target);
  }

  /**
   * Whether every parameter of the target has its counterpart.
   *
   * @return false if something is {@link #missing()}
   */
  public boolean isComplete() {
    return missing.isEmpty();
  }

  /**
   * Lists the parameters of the target that have a counterpart.
   *
   * @return names in the order of memory
   */
  public List<ParameterName> carried() {
    return List.copyOf(carried);
  }

  /**
   * Lists the parameters of the target that have no counterpart.
   *
   * @return for each name a reason, such as "is new"
   */
  public Map<ParameterName, String> missing() {
    return new LinkedHashMap<>(missing);
  }

  /**
   * Maps a vector.
   *
   * @param vector the vector, laid out as the source
   * @param otherwise a vector laid out as the target, from which the {@link #missing()} parameters
   *     are taken, such as the network's own parameters
   * @return a new vector, laid out as the target and of the type of {@code otherwise}
   * @throws IllegalArgumentException if the length of a vector is not that of its layout
   */
  public INDArray map(INDArray vector, INDArray otherwise) {
    requireLength(vector, source, "the vector");
    requireLength(otherwise, target, "the vector for what is missing");
    INDArray result = otherwise.dup();
    INDArray from = vector.reshape(vector.length());
    INDArray to = result.reshape(result.length());
    for (Piece piece : pieces) {
      to.get(NDArrayIndex.interval(piece.to, piece.to + piece.length))
          .assign(from.get(NDArrayIndex.interval(piece.from, piece.from + piece.length)));
    }
    return result;
  }

  private static void requireLength(INDArray vector, ParameterLayout layout, String what) {
    if (vector.length() != layout.length()) {
      throw new IllegalArgumentException(
          what + " must have " + layout.length() + " elements, had " + vector.length());
    }
  }

  @Override
  public String toString() {
    return carried.size() + " parameters carried, " + missing;
  }
}
