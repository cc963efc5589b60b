package io.github.dl4jext.textbook.report;

import static org.apache.commons.text.StringEscapeUtils.escapeXml10;

import io.github.dl4jext.textbook.api.Drawing;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.api.Verdict;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.report.Verdicts.Compared;
import io.github.dl4jext.textbook.report.Verdicts.Judged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Renders the results on one set of images: what was learnt, the book's figures beside ours, and a
 * card for each experiment.
 */
final class ImagesReport {

  private static final String DRAWN =
      "These images are drawn by the program. The book's figures are for real images, and are left"
          + " out here. Only the claims are checked, which compare our figures with each other.";
  private static final String PART =
      "These runs used only a part of the training images. The book's figures are for networks that"
          + " were trained on all of them, and are left out here. Only the claims are checked, which"
          + " compare our figures with each other.";
  private static final String REAL =
      "Each of our figures is the mean over the seeds, with the standard deviation of a single run."
          + " It agrees with the book's figure if it is not lower by more than an allowance, mostly"
          + " 0.005; a count must be equal. Where many seeds of the book's set-up were run"
          + " elsewhere, it agrees if it is at most three standard errors away from their mean.";

  private static final String BOOK = "The book's figures beside ours";

  private final String title;
  private final List<Experiment> experiments;
  private final List<RunResult> results;
  private final List<Drawing> drawings;
  private final Verdicts verdicts;
  private final PageIds ids;
  private final FigureCharts figures;

  /**
   * @param place the position of these images in the page, from 0 on
   * @param all all the runs, those with other images included
   */
  ImagesReport(
      int place,
      String data,
      List<Experiment> experiments,
      List<RunResult> all,
      List<Drawing> drawings) {
    this.title = escapeXml10(DataSource.title(data));
    this.experiments = experiments;
    this.results = all.stream().filter(result -> result.data().equals(data)).toList();
    this.drawings = drawings;
    this.verdicts = new Verdicts(experiments, all, data);
    this.ids = new PageIds(place);
    this.figures = new FigureCharts(verdicts.areComparedWithTheBook());
  }

  String contents() {
    StringBuilder list = new StringBuilder();
    if (!claimsBySection().isEmpty()) {
      list.append(link("learnt", "What was learnt", "<ol>"));
      claimsBySection().keySet().forEach(one -> list.append(sectionLink("learnt", one)));
      list.append("</ol></li>\n");
    }
    if (hasFiguresOfTheBook()) {
      list.append(link("book", BOOK, "</li>\n"));
    }
    list.append(link("experiments", "Experiments", "<ol class=\"names\">"));
    for (List<String> names : namesBySection().values()) {
      for (String name : names) {
        String item = "<li><a href=\"#%s\">%s</a></li>\n";
        list.append(item.formatted(ids.of(name), escapeXml10(name)));
      }
    }
    return list.append("</ol></li>\n").toString();
  }

  private String link(String part, String text, String end) {
    return "<li><a href=\"#%s\">%s<span class=\"read\"> on %s</span></a>%s"
        .formatted(ids.ofPart(part), text, title, end);
  }

  private String sectionLink(String part, Section section) {
    return "<li><a href=\"#%s\">%s</a></li>\n"
        .formatted(idOf(part, section), escapeXml10(section.heading()));
  }

  private String idOf(String part, Section section) {
    return ids.ofPart(part + "." + section.number());
  }

  String html() {
    return """
        <section class="images" aria-label="images: %s">
        %s%s%s</section>
        """
        .formatted(title, learnt(), bookAndOurs(), experiments());
  }

  private String learnt() {
    Map<Section, List<Judged>> bySection = claimsBySection();
    ClaimTiles tiles = new ClaimTiles(ids, figures);
    return heading("learnt", bySection.isEmpty() ? "Results" : "What was learnt")
        + summary()
        + "<p class=\"note\">%s</p>\n".formatted(escapeXml10(about()))
        + bySection.entrySet().stream()
            .map(
                section ->
                    "<section>\n"
                        + heading("learnt", section.getKey())
                        + tiles.html(section.getValue())
                        + "</section>\n")
            .collect(Collectors.joining());
  }

  private String heading(String part, String text) {
    return "<h2 id=\"%s\">%s <small>on %s</small></h2>\n".formatted(ids.ofPart(part), text, title);
  }

  private String heading(String part, Section section) {
    return "<h3 id=\"%s\">%s</h3>\n".formatted(idOf(part, section), escapeXml10(section.heading()));
  }

  private String about() {
    if (verdicts.areComparedWithTheBook()) {
      return REAL;
    }
    return verdicts.areOfDrawnImages() ? DRAWN : PART;
  }

  /** Says in large figures how many claims hold, how many figures agree, and what the runs cost. */
  private String summary() {
    List<Judged> judged =
        verdicts.claims().stream().filter(claim -> claim.verdict() != Verdict.OPEN).toList();
    long hold = judged.stream().filter(claim -> claim.verdict() == Verdict.HOLDS).count();
    List<String> numbers = new ArrayList<>();
    if (!judged.isEmpty()) {
      numbers.add(number(hold + " of " + judged.size(), "claims hold"));
    }
    List<Compared> bounded = verdicts.figures().stream().filter(Compared::hasBounds).toList();
    if (verdicts.areComparedWithTheBook() && !bounded.isEmpty()) {
      long agree = bounded.stream().filter(Compared::agrees).count();
      numbers.add(number(agree + " of " + bounded.size(), "figures agree with the book"));
    }
    numbers.add(number(String.valueOf(results.size()), results.size() == 1 ? "run" : "runs"));
    double seconds = results.stream().mapToDouble(RunResult::seconds).sum();
    numbers.add(number(NumberText.text(Duration.ofSeconds((long) seconds)), "of computing"));
    return "<ul class=\"numbers\">" + String.join("", numbers) + "</ul>\n";
  }

  private static String number(String number, String what) {
    return "<li><strong>" + number + "</strong> " + what + "</li>";
  }

  private boolean hasFiguresOfTheBook() {
    return verdicts.areComparedWithTheBook()
        && verdicts.figures().stream().anyMatch(one -> one.figure().book() != null);
  }

  private String bookAndOurs() {
    return hasFiguresOfTheBook()
        ? "<section>\n"
            + heading("book", BOOK)
            + ReportTables.figures(verdicts, ids).toHtml()
            + "</section>\n"
        : "";
  }

  private String experiments() {
    Charts curves = new Charts(results);
    StringBuilder html = new StringBuilder("<section>\n" + heading("experiments", "Experiments"));
    namesBySection()
        .forEach(
            (section, names) -> {
              html.append("<section>\n").append(heading("experiments", section));
              List<String> shared = curves.sharedBy(names);
              if (!shared.isEmpty()) {
                html.append("<div class=\"charts shared\">\n");
                html.append(String.join("", shared)).append("</div>\n");
              }
              names.forEach(name -> html.append(card(name, curves)));
              html.append("</section>\n");
            });
    return html.append("</section>\n").toString();
  }

  /** Renders an experiment, with the pictures of its first seed. */
  private String card(String name, Charts curves) {
    List<RunResult> runs = results.stream().filter(run -> run.experiment().equals(name)).toList();
    List<Drawing> own =
        drawings.stream().filter(drawing -> drawing.run().equals(runs.get(0).run())).toList();
    return new ExperimentCard(known(name), runs, ids).html(verdicts, curves, figures, own);
  }

  private Optional<Experiment> known(String name) {
    return experiments.stream().filter(one -> one.name().equals(name)).findFirst();
  }

  private Section section(String experiment) {
    return known(experiment).map(one -> one.about().section()).orElse(Section.OTHER);
  }

  private Map<Section, List<String>> namesBySection() {
    return results.stream()
        .map(RunResult::experiment)
        .distinct()
        .collect(Collectors.groupingBy(this::section, TreeMap::new, Collectors.toList()));
  }

  private Map<Section, List<Judged>> claimsBySection() {
    return verdicts.claims().stream()
        .collect(
            Collectors.groupingBy(
                claim -> section(claim.experiment()), TreeMap::new, Collectors.toList()));
  }
}
