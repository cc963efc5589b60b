package io.github.dl4jext.textbook;

import java.util.List;

/**
 * What a run left.
 *
 * @param failure where it broke off, or null; also null if that is known by its message alone
 */
record Outcome(Result result, List<Picture> pictures, Throwable failure) {}
