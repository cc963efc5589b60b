/** The plugin contract of DL4J Extensions, and what plugins of several families need. */
@NullMarked
package io.github.dl4jext.spi;

import org.jspecify.annotations.NullMarked;
