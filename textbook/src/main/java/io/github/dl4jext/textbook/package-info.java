/**
 * The textbook chapter as a program. {@link io.github.dl4jext.textbook.Main} starts it; what an
 * experiment is stands in {@code api}, and {@code run.RunCommand} shows how one is run.
 */
package io.github.dl4jext.textbook;
