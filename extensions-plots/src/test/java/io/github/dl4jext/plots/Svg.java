package io.github.dl4jext.plots;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** An SVG as a strict parser reads it. */
final class Svg {

  private final Document document;

  private Svg(Document document) {
    this.document = document;
  }

  static Svg of(String text) {
    try {
      DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      builder.setErrorHandler(null);
      return new Svg(builder.parse(new InputSource(new StringReader(text))));
    } catch (SAXException | ParserConfigurationException e) {
      throw new AssertionError(e.getMessage() + " in " + text, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Element root() {
    return document.getDocumentElement();
  }

  List<Element> all(String tag) {
    var found = document.getElementsByTagName(tag);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  List<String> texts() {
    return all("text").stream().map(Element::getTextContent).toList();
  }

  /** The chart's lines; those of the legend, which are 24 pixels long, are left out. */
  List<Element> lines() {
    List<Element> lines =
        all("path").stream().filter(path -> path.getAttribute("class").startsWith("line")).toList();
    return lines.stream().filter(line -> !isSample(line)).toList();
  }

  private static boolean isSample(Element line) {
    double[] at = numbers(line.getAttribute("d"));
    return at.length == 4 && at[1] == at[3] && Math.abs(at[2] - at[0] - 24) < 0.2;
  }

  static double[] numbers(String path) {
    return Arrays.stream(path.split("[ML ]"))
        .filter(number -> !number.isEmpty())
        .mapToDouble(Double::parseDouble)
        .toArray();
  }
}
