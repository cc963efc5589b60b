/** The plugin contract of DL4J Extensions, and what plugins of several families need. */
package io.github.dl4jext.spi;
