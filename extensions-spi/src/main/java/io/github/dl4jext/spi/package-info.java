/** The plugin contract of DL4J Extensions. */
package io.github.dl4jext.spi;
