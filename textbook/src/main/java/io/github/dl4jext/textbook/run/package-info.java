/**
 * The commands of the program, and how runs are started, one by one or in processes of their own.
 * Start with {@link io.github.dl4jext.textbook.run.TextbookCommand}.
 */
package io.github.dl4jext.textbook.run;
