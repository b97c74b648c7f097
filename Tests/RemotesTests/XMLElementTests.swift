import Testing

@testable import Remotes

@Suite("XML from servers")
struct XMLElementTests {
  private func read(_ text: String) -> XMLElement? { XMLElement.read(Array(text.utf8)) }

  @Test("Names, namespaces, texts and the order of elements are read")
  func tree() throws {
    let root = try #require(
      read(
        #"<?xml version="1.0"?><D:a xmlns:D="DAV:">x<b>1 &amp; &#50;</b>y<b><![CDATA[<3>]]></b><D:c/></D:a>"#)
    )
    #expect(root.name == "a" && root.namespace == "DAV:")
    #expect(root.textBytes == Array("xy".utf8))
    #expect(root.children.map(\.name) == ["b", "b", "c"])
    #expect(root.children.map { String(decoding: $0.textBytes, as: UTF8.self) } == ["1 & 2", "<3>", ""])
    #expect(root.children.map(\.namespace) == ["", "", "DAV:"])
    #expect(root.text("b") == "1 & 2")
    #expect(root.text("z") == nil)
  }

  @Test(
    "What is not one whole document is none",
    arguments: [
      "", " ", "<a>", "<a></b>", "<a/><b/>", "<a><b></a>", "<a>&nbsp;</a>", "<a", "text", "<a/>x",
      "<a>\u{1}</a>",
    ])
  func broken(_ text: String) { #expect(read(text) == nil) }

  @Test("A document with a type of its own is refused, and so are its entities")
  func entities() {
    #expect(read(#"<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>"#) == nil)
    #expect(read(#"<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>"#) == nil)
    #expect(read("<!DOCTYPE a><a/>") == nil)
  }

  @Test("Depth and number are bounded")
  func bounds() {
    func nested(_ depth: Int) -> String {
      String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }
    #expect(read(nested(64)) != nil)
    #expect(read(nested(65)) == nil)
    #expect(read(nested(200_000)) == nil)
    #expect(read("<r>" + String(repeating: "<a/>", count: 1 << 20) + "</r>") == nil)
  }

  @Test("A document of many pieces is read as one")
  func pieces() throws {
    let text = String(repeating: "ä", count: 900_001)
    let root = try #require(read("<a>\(text)<b/></a>"))
    #expect(root.textBytes == Array(text.utf8))
    #expect(root.children.count == 1)
  }
}
