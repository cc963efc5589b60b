/** The experiments, a file each; they are found by themselves. */
package io.github.dl4jext.textbook.experiments;
