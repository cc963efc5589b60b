/** Contract suites: extend one, state the facts of your plugin, and its tests are inherited. */
@NullMarked
package io.github.dl4jext.testkit;

import org.jspecify.annotations.NullMarked;
