/// A piece of a page. Names of elements and attributes come from the source text alone; whatever comes from a
/// repository can only be a text or the value of an attribute, and is escaped when it is written.
indirect enum HTML: ExpressibleByStringInterpolation {
  case text(String)
  case element(StaticString, [Attribute], [HTML])
  /// Several, one after the other.
  case list([HTML])

  /// A name with its value; without a value it is left out.
  struct Attribute {
    let name: StaticString
    let value: String?

    init(_ name: StaticString, _ value: String?) {
      self.name = name
      self.value = value
    }
  }

  init(stringLiteral value: String) { self = .text(value) }

  /// An element with a class.
  static func tag(
    _ name: StaticString, class kind: String?, _ attributes: [Attribute] = [], _ children: [HTML] = []
  ) -> HTML {
    .element(name, (kind.map { [Attribute("class", $0)] } ?? []) + attributes, children)
  }

  /// An element without attributes.
  static func tag(_ name: StaticString, _ children: HTML...) -> HTML { .element(name, [], children) }

  /// A text as code.
  static func code(_ text: String, class kind: String? = nil) -> HTML {
    tag("code", class: kind, [], [.text(text)])
  }

  /// Text for those who hear the page.
  static func spoken(_ text: String) -> HTML { tag("span", class: "spoken", [], [.text(text)]) }

  /// Writes it as HTML.
  func write(to text: inout String) {
    switch self {
    case .text(let letters): text += XMLText.content(TerminalText.printable(letters))
    case .list(let parts): for part in parts { part.write(to: &text) }
    case .element(let name, let attributes, let children):
      text += "<\(name)"
      for attribute in attributes {
        guard let value = attribute.value else { continue }
        text += " \(attribute.name)=\"\(XMLText.attribute(TerminalText.printable(value)))\""
      }
      text += ">"
      // The only elements of this page that have no end (HTML, "Void elements").
      if "\(name)" == "meta" { return }
      for child in children { child.write(to: &text) }
      text += "</\(name)>"
    }
  }
}
