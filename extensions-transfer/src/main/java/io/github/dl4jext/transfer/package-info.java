/** Transfer learning, batch-norm folding and pretraining. */
package io.github.dl4jext.transfer;
