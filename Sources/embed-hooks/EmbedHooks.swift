import Platform

/// `embed-hooks OUTPUT FOLDER`: writes a Swift file that holds the bytes of the hooks in a folder. Part of the
/// build, not of guard.
@main
enum EmbedHooks {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst().map { Array($0.utf8) }
    guard let output = arguments.first, let folder = arguments.last, arguments.count == 2 else {
      throw Unusable(reason: "usage: embed-hooks OUTPUT FOLDER")
    }
    // A hook's name has no dot; the parts of hooks have one, and what an editor leaves behind.
    let names = try FileSystem.list(folder).map(\.name).filter { !$0.contains(UInt8(ascii: ".")) }
    var source = "/// The files of `hooks/`, in the order of their names.\nlet embeddedHooks: [Shim] = [\n"
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      source += "  Shim(name: \(try literal(name)), template: \(try literal(template(name, in: folder)))),\n"
    }
    try FileSystem.write(Array((source + "]\n").utf8), to: output)
  }

  /// A hook, with the parts that several have in common: a line `#@ NAME` stands for the file of that name.
  private static func template(_ name: [UInt8], in folder: [UInt8]) throws -> [UInt8] {
    let text = try FileSystem.read(FileSystem.join(folder, name), limit: 1 << 16)
    var template: [UInt8] = []
    for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
      if line.starts(with: "#@ ".utf8) {
        template += try FileSystem.read(FileSystem.join(folder, Array(line.dropFirst(3))), limit: 1 << 16)
      } else {
        template += line + [UInt8(ascii: "\n")]
      }
    }
    return template
  }

  /// A Swift string literal of ASCII bytes.
  private static func literal(_ bytes: [UInt8]) throws -> String {
    var text = "\""
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
      case 0x20..<0x7F: text += String(UnicodeScalar(byte))
      case 0x00..<0x80: text += "\\u{\(String(byte, radix: 16))}"
      default: throw Unusable(reason: "a hook must be ASCII, which every shell reads alike")
      }
    }
    return text + "\""
  }

  /// Stops the build.
  private struct Unusable: Error { let reason: String }
}
