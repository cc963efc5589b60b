package io.github.dl4jext.textbook.report;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The page as a tree; it is written so that an XML parser, too, can read it. */
final class ParsedPage {

  private final Document document;

  ParsedPage(String html) throws Exception {
    document =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(html)));
  }

  /** All elements of these kinds, in the order of the page. */
  List<Element> all(String... names) {
    NodeList elements = document.getElementsByTagName("*");
    List<Element> found = new ArrayList<>();
    for (int i = 0; i < elements.getLength(); i++) {
      Element element = (Element) elements.item(i);
      if (List.of(names).contains(element.getTagName())) {
        found.add(element);
      }
    }
    return found;
  }

  List<Element> withAttribute(String name) {
    NodeList elements = document.getElementsByTagName("*");
    List<Element> found = new ArrayList<>();
    for (int i = 0; i < elements.getLength(); i++) {
      Element element = (Element) elements.item(i);
      if (element.hasAttribute(name)) {
        found.add(element);
      }
    }
    return found;
  }

  /** The elements of a kind that are right below another one. */
  static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }
}
