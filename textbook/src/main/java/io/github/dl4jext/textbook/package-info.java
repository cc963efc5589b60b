/** The chapter's experiments, and the program that runs them and writes the report. */
package io.github.dl4jext.textbook;
