/** The chapter's experiments, one file each, written as a user would write them. */
package io.github.dl4jext.textbook.experiments;
