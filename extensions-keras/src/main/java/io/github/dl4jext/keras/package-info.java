/**
 * Reads models that Keras has saved, with DL4J's import, and restores the settings that this import
 * loses. Start with {@code KerasImport}.
 */
@NullMarked
package io.github.dl4jext.keras;

import org.jspecify.annotations.NullMarked;
