/** Contract suites: extend one, state the facts of your plugin, and its tests are inherited. */
package io.github.dl4jext.testkit;
