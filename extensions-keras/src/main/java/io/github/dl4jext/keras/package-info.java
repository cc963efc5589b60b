/**
 * Reads models that Keras has saved, by DL4J's import, and restores what that import loses. Start
 * with {@code KerasImport}.
 */
@NullMarked
package io.github.dl4jext.keras;

import org.jspecify.annotations.NullMarked;
