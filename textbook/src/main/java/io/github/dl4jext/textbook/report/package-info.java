/**
 * The folder with the results: the page, the tables and the charts. Start with {@link
 * io.github.dl4jext.textbook.report.ReportFolder}.
 */
package io.github.dl4jext.textbook.report;
