import CExpat

/// An element of an XML document, with all that is in it.
///
/// Documents come from servers: one that declares a type is refused, so that there are no entities but XML's
/// own five, and so is one that is nested deeply or has very many elements.
struct XMLElement {
  /// The name without its namespace.
  let name: String
  /// The namespace; empty when there is none.
  let namespace: String
  /// The elements in it, in order.
  fileprivate(set) var children: [XMLElement] = []
  /// The text that stands in it, not that of its children.
  fileprivate(set) var textBytes: [UInt8] = []

  /// The root of a document; `nil` when the bytes are not one whole well-formed document within the bounds.
  static func read(_ bytes: [UInt8]) -> XMLElement? {
    guard let parser = XML_ParserCreateNS(nil, XML_Char(bitPattern: XMLBuilder.separator)) else { return nil }
    defer { XML_ParserFree(parser) }
    let builder = XMLBuilder(parser)
    return withExtendedLifetime(builder) {
      XML_SetUserData(parser, Unmanaged.passUnretained(builder).toOpaque())
      builder.listen()
      // Pieces keep the size within what libexpat counts with.
      for start in stride(from: 0, to: bytes.count, by: XMLBuilder.piece) {
        let end = min(start + XMLBuilder.piece, bytes.count)
        let status = bytes[start..<end].withUnsafeBytes { raw in
          XML_Parse(
            parser, raw.assumingMemoryBound(to: CChar.self).baseAddress, Int32(raw.count),
            end == bytes.count ? 1 : 0)
        }
        guard status == XML_STATUS_OK else { return nil }
      }
      return builder.root
    }
  }

  /// The first child of a name.
  func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }

  /// The text of the first child of a name.
  func text(_ name: String) -> String? { child(name).map { String(decoding: $0.textBytes, as: UTF8.self) } }
}

/// Builds the tree from what libexpat tells.
private final class XMLBuilder {
  /// What libexpat puts between a namespace and a name; no namespace holds it.
  static let separator: UInt8 = 0x0A
  static let piece = 1 << 20
  private static let depthLimit = 64
  private static let countLimit = 1 << 20

  private(set) var root: XMLElement?
  private let parser: XML_Parser
  private var open: [XMLElement] = []
  private var count = 0

  init(_ parser: XML_Parser) { self.parser = parser }

  func listen() {
    XML_SetElementHandler(
      parser, { context, name, _ in builder(context)?.begin(name) },
      { context, _ in builder(context)?.end() })
    XML_SetCharacterDataHandler(parser) { context, text, size in
      builder(context)?.take(UnsafeRawBufferPointer(start: text, count: Int(size)))
    }
    XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in builder(context)?.refuse() }
  }

  private func begin(_ name: UnsafePointer<XML_Char>?) {
    count += 1
    guard let name, count <= Self.countLimit, open.count < Self.depthLimit else { return refuse() }
    let parts = String(cString: name).split(separator: "\n", omittingEmptySubsequences: false)
    open.append(
      XMLElement(name: String(parts.last ?? ""), namespace: parts.count > 1 ? String(parts[0]) : ""))
  }

  private func end() {
    guard let done = open.popLast() else { return }
    if open.isEmpty { root = done } else { open[open.count - 1].children.append(done) }
  }

  private func take(_ text: UnsafeRawBufferPointer) {
    guard !open.isEmpty else { return }
    open[open.count - 1].textBytes.append(contentsOf: text)
  }

  private func refuse() { _ = XML_StopParser(parser, 0) }
}

/// The builder that libexpat carries: it lives while the document is read.
private func builder(_ context: UnsafeMutableRawPointer?) -> XMLBuilder? {
  context.map { Unmanaged<XMLBuilder>.fromOpaque($0).takeUnretainedValue() }
}
