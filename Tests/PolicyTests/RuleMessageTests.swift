import Glibc
import Platform
import Testing
import Values

@testable import Policy

/// What every rule says, beside `Snapshots/rule-messages.txt`. With `GUARD_WRITE_SNAPSHOTS=1` the file is written anew: look
/// at what `git diff` shows.
@Suite(.serialized) struct RuleMessageTests {
  private static let folder = FileSystem.parent(of: Array(#filePath.utf8))
  private static let file = FileSystem.join(folder, Array("Snapshots/rule-messages.txt".utf8))

  private static func section(_ message: RuleMessage) throws -> String {
    "== \(message.rule): \(message.title)\n" + (try message.text()) + "\n"
  }

  @Test func `every message is as it was`() throws {
    var all = ""
    for message in RuleMessage.all { all += try Self.section(message) }
    if ProcessEnvironment.current()["GUARD_WRITE_SNAPSHOTS"] == "1" {
      try FileSystem.write(Array(all.utf8), to: Self.file, mode: 0o644)
    }
    let kept = String(decoding: try FileSystem.read(Self.file, limit: 1 << 20), as: UTF8.self)
    let (new, old) = (Self.sections(all), Self.sections(kept))
    #expect(Array(new.keys.sorted()) == Array(old.keys.sorted()))
    for (title, text) in new { #expect(text == old[title], "\(title)") }
  }

  @Test(arguments: RuleMessage.all.map { ("\($0.rule): \($0.title)", $0) })
  func `each repository makes its rule speak`(title: String, message: RuleMessage) throws {
    #expect(try message.text().contains("[\(message.rule)]"), "\(title)")
  }

  @Test func `no rule is left out`() {
    #expect(Set(RuleMessage.all.map(\.rule)) == Set(Rule.catalogue.map(\.id)))
    let titles = RuleMessage.all.map { "\($0.rule): \($0.title)" }
    #expect(Set(titles).count == titles.count)
  }

  /// The messages that stand in one line of a source: their fixed parts must be in the snapshots.
  @Test func `no message of a source is left out`() throws {
    let sources = FileSystem.join(Self.folder, Array("../../Sources/Policy/Rules".utf8))
    let kept = String(decoding: try FileSystem.read(Self.file, limit: 1 << 20), as: UTF8.self)
    let lines = kept.split(separator: "\n").map { Text(String($0)) }
    var count = 0
    for entry in try FileSystem.list(sources) {
      let source = Text(utf8: try FileSystem.read(FileSystem.join(sources, entry.name), limit: 1 << 20))
      for line in source.split(separator: 0x0A) {
        guard let parts = Self.fixedParts(ofMessageIn: line) else { continue }
        count += 1
        #expect(lines.contains { Self.has($0, parts) }, "\(line)")
      }
    }
    #expect(count > 40)
  }

  private static func sections(_ text: String) -> [String: String] {
    var found: [String: String] = [:]
    var title = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("== ") { title = String(line) } else { found[title, default: ""] += line + "\n" }
    }
    return found
  }

  /// The parts between the interpolations of a literal behind `message:` or `message =`; `nil` where there is none.
  private static func fixedParts(ofMessageIn line: Text) -> [Text]? {
    guard let key = line.firstIndex(of: "message: \"") ?? line.firstIndex(of: "message = \"") else {
      return nil
    }
    let bytes = line.utf8
    guard var place = bytes[key...].firstIndex(of: UInt8(ascii: "\"")).map({ $0 + 1 }) else { return nil }
    var parts: [[UInt8]] = [[]]
    var depth = 0
    while place < bytes.count, depth > 0 || bytes[place] != UInt8(ascii: "\"") {
      let byte = bytes[place]
      if depth == 0, byte == UInt8(ascii: "\\"), place + 1 < bytes.count,
        bytes[place + 1] == UInt8(ascii: "(")
      {
        depth = 1
        place += 1
        parts.append([])
      } else if depth > 0 {
        if byte == UInt8(ascii: "(") { depth += 1 }
        if byte == UInt8(ascii: ")") { depth -= 1 }
      } else {
        parts[parts.count - 1].append(byte)
      }
      place += 1
    }
    return parts.filter { !$0.isEmpty }.map { Text(utf8: $0) }
  }

  private static func has(_ line: Text, _ parts: [Text]) -> Bool {
    var start = 0
    for part in parts {
      guard let place = line.firstIndex(of: part, from: start) else { return false }
      start = place + part.utf8.count
    }
    return true
  }
}
