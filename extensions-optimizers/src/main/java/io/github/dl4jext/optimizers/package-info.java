/** Complete update rules, gradient clipping and weight averaging. */
package io.github.dl4jext.optimizers;
