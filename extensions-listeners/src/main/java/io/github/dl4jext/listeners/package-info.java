/** What watches training. */
package io.github.dl4jext.listeners;
