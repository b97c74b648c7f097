import Platform

/// `embed-files KIND OUTPUT FOLDER`: writes a Swift file that holds the bytes of the files in a folder. Part of the
/// build, not of guard.
@main
enum EmbedFiles {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst().map { Array($0.utf8) }
    guard arguments.count == 3 else { throw Unusable(reason: "usage: embed-files KIND OUTPUT FOLDER") }
    let source =
      switch String(decoding: arguments[0], as: UTF8.self) {
      case "hooks": try hooks(in: arguments[2])
      case "layout": try layout(in: arguments[2])
      default: throw Unusable(reason: "the kind is hooks or layout")
      }
    try FileSystem.write(Array(source.utf8), to: arguments[1])
  }

  // MARK: - hooks/

  private static func hooks(in folder: [UInt8]) throws -> String {
    // A hook's name has no dot; the parts of hooks have one, and what an editor leaves behind.
    let names = try FileSystem.list(folder).map(\.name).filter { !$0.contains(UInt8(ascii: ".")) }
    var source = "/// The files of `hooks/`, in the order of their names.\nlet embeddedHooks: [Shim] = [\n"
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      source += "  Shim(name: \(try literal(name)), template: \(try literal(template(name, in: folder)))),\n"
    }
    return source + "]\n"
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

  // MARK: - layout/

  private static func layout(in folder: [UInt8]) throws -> String {
    var source =
      "/// The files of `layout/`, in the order of their paths.\nlet embeddedLayout: [LayoutFile] = [\n"
    for path in try files(in: folder, below: []).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let bytes = try FileSystem.read(FileSystem.join(folder, path), limit: 1 << 20)
      source += "  LayoutFile(storedAt: \(try literal(path)), text: \(try literal(bytes))),\n"
    }
    return source + "]\n"
  }

  /// The paths of all files, from the folder; without what Python and editors leave behind.
  private static func files(in folder: [UInt8], below path: [UInt8]) throws -> [[UInt8]] {
    var files: [[UInt8]] = []
    for entry in try FileSystem.list(path.isEmpty ? folder : FileSystem.join(folder, path)) {
      guard entry.name.first != UInt8(ascii: "."), !entry.name.starts(with: "__".utf8) else { continue }
      let next = path.isEmpty ? entry.name : FileSystem.join(path, entry.name)
      if FileSystem.isDirectory(FileSystem.join(folder, next)) {
        files += try self.files(in: folder, below: next)
      } else {
        files.append(next)
      }
    }
    return files
  }

  /// A Swift string literal of ASCII bytes.
  private static func literal(_ bytes: [UInt8]) throws -> String {
    var text = "\""
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
      case 0x20..<0x7F: text += String(UnicodeScalar(byte))
      case 0x00..<0x80: text += "\\u{\(String(byte, radix: 16))}"
      default: throw Unusable(reason: "what is embedded must be ASCII, which every shell reads alike")
      }
    }
    return text + "\""
  }

  /// Stops the build.
  private struct Unusable: Error { let reason: String }
}
