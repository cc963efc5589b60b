package io.github.dl4jext.textbook.report;

import static org.apache.commons.text.StringEscapeUtils.escapeXml10;

import io.github.dl4jext.textbook.api.Verdict;
import io.github.dl4jext.textbook.report.Verdicts.Compared;
import io.github.dl4jext.textbook.report.Verdicts.Judged;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Renders claims with a picture of the figures that decide them. */
final class ClaimTiles {

  /** If more claims than this hold, those are folded away. */
  private static final int MANY = 4;

  private static final Map<Verdict, String> SIGNS =
      Map.of(Verdict.HOLDS, "✓", Verdict.FAILS, "✗", Verdict.OPEN, "○");

  /** Claims that look at the same quantity of the same experiment share a picture. */
  private record Looked(String experiment, String quantity) {}

  /** Claims that share a picture, in the order in which the experiments state them. */
  private static final class Tile {
    private final List<Judged> claims = new ArrayList<>();
    private final Set<Looked> at = new LinkedHashSet<>();

    private void add(Tile other) {
      claims.addAll(other.claims);
      at.addAll(other.at);
    }

    private List<Compared> evidence() {
      Set<String> seen = new LinkedHashSet<>();
      return claims.stream()
          .flatMap(claim -> claim.evidence().stream())
          .filter(one -> seen.add(one.experiment() + ", " + one.figure().metric()))
          .toList();
    }
  }

  private final PageIds ids;
  private final FigureCharts charts;

  ClaimTiles(PageIds ids, FigureCharts charts) {
    this.ids = ids;
    this.charts = charts;
  }

  String html(List<Judged> ofASection) {
    return tiles(ofASection).stream()
        .map(this::html)
        .collect(Collectors.joining("", "<div class=\"tiles\">\n", "</div>\n"));
  }

  private static List<Tile> tiles(List<Judged> claims) {
    List<Tile> tiles = new ArrayList<>();
    for (Judged claim : claims) {
      Tile tile = new Tile();
      tile.claims.add(claim);
      claim.evidence().forEach(one -> tile.at.add(new Looked(one.experiment(), one.quantity())));
      List<Tile> same =
          tiles.stream().filter(other -> !Collections.disjoint(other.at, tile.at)).toList();
      if (same.isEmpty()) {
        tiles.add(tile);
      } else {
        same.get(0).add(tile);
        same.subList(1, same.size()).forEach(same.get(0)::add);
        tiles.removeAll(same.subList(1, same.size()));
      }
    }
    return tiles;
  }

  private String html(Tile tile) {
    List<Compared> evidence = tile.evidence();
    String from =
        tile.claims.stream()
            .map(Judged::experiment)
            .distinct()
            .map(name -> "<a href=\"#%s\">%s</a>".formatted(ids.of(name), escapeXml10(name)))
            .collect(Collectors.joining(", "));
    return """
        <article class="tile">
        <div>
        <p class="from">%s</p>
        %s</div>
        %s</article>
        """
        .formatted(from, claims(tile.claims), evidence.isEmpty() ? "" : charts.together(evidence));
  }

  private static String claims(List<Judged> claims) {
    List<Judged> holding =
        claims.stream().filter(claim -> claim.verdict() == Verdict.HOLDS).toList();
    if (holding.size() <= MANY) {
      return list(claims);
    }
    List<Judged> others = claims.stream().filter(claim -> !holding.contains(claim)).toList();
    String all = others.isEmpty() ? "All " + holding.size() : String.valueOf(holding.size());
    return (others.isEmpty() ? "" : list(others))
        + "<details class=\"claims\"><summary><b class=\"holds\" aria-hidden=\"true\">✓</b> "
        + all
        + " of these hold: "
        + escapeXml10(holding.get(0).text())
        + "; …</summary>\n"
        + list(holding)
        + "</details>\n";
  }

  private static String list(List<Judged> claims) {
    return claims.stream()
        .map(ClaimTiles::item)
        .collect(Collectors.joining("", "<ul class=\"claims\">\n", "</ul>\n"));
  }

  private static String item(Judged claim) {
    return """
        <li><b class="%s" aria-hidden="true">%s</b><span><span class="read">%s: </span>%s</span></li>
        """
        .formatted(
            claim.verdict().name().toLowerCase(Locale.ROOT),
            SIGNS.get(claim.verdict()),
            claim.verdict(),
            escapeXml10(claim.text()));
  }
}
