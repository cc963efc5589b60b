/** Constraints, dropout kinds and Monte-Carlo dropout. */
package io.github.dl4jext.regularization;
