import DVC
import Trees
import Values

/// What to write in a `dvc.yaml` so that an output has `cache: false`: how it stands there now decides.
struct UncachedOutput: CustomStringConvertible {
  /// The instruction, without a full stop.
  let description: String

  /// - Parameter position: where the output's name stands.
  init(_ name: Text, at position: Position?, in file: RepositoryPath, _ bytes: [UInt8]) {
    guard let position, let place = Written(position, in: bytes) else {
      let line = position.map { ":\($0.line)" } ?? ""
      description = "give '\(name)' the option 'cache: false' (\(file)\(line))"
      return
    }
    let here = "\(file):\(position.line)"
    switch place.options {
    case .none:
      let name = "\(place.isOnLineOfItsOwn ? "- " : "")\(place.name)"
      description = "write '\(name): {cache: false}' in place of '\(name)' (\(here))"
    case .inBraces:
      description = "write 'cache: false, ' behind the '{' of '\(place.name)' (\(here))"
    case .below(let blanks):
      description = "write the line '\(blanks)cache: false' below '\(place.name):' (\(here))"
    case .cached(let line):
      description = "write 'cache: false' in place of the 'cache:' that stands there (\(file):\(line))"
    }
  }

  /// An output's name in the text, and what follows it.
  private struct Written {
    enum Options {
      case none
      /// `name: {…`.
      case inBraces
      /// On lines of their own, with these blanks before them.
      case below(blanks: String)
      /// One of them is `cache`, on this line.
      case cached(line: Int)
    }

    /// As it is written, quotes included.
    let name: Text
    let isOnLineOfItsOwn: Bool
    let options: Options

    /// `nil` where it does not stand as people write it.
    init?(_ position: Position, in bytes: [UInt8]) {
      let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      guard lines.indices.contains(position.line - 1) else { return nil }
      let line = lines[position.line - 1]
      guard let start = line.index(ofColumn: position.column) else { return nil }
      isOnLineOfItsOwn = line[..<start].filter { $0 != 0x20 }.elementsEqual("-".utf8)
      guard let end = line[start...].endOfName(isInBlock: isOnLineOfItsOwn) else { return nil }
      name = Text(utf8: line[start..<end])
      let rest = line[end...].drop { $0 == 0x20 }
      guard rest.first == UInt8(ascii: ":") else {
        options = .none
        return
      }
      let value = rest.dropFirst().drop { $0 == 0x20 || $0 == 0x0D }
      switch value.first {
      case UInt8(ascii: "{"):
        guard Text(utf8: value).firstIndex(of: "cache") == nil else { return nil }
        options = .inBraces
      case nil, UInt8(ascii: "#"):
        guard let below = Self.options(in: lines[position.line...]) else { return nil }
        options = below
      default: return nil
      }
    }

    /// The options on the lines below a name.
    private static func options(in lines: ArraySlice<ArraySlice<UInt8>>) -> Options? {
      var blanks: Int?
      for (index, line) in zip(lines.indices, lines) {
        let text = line.drop { $0 == 0x20 }
        guard let first = text.first, first != UInt8(ascii: "#"), first != 0x0D else { continue }
        let depth = line.count - text.count
        let options = blanks ?? depth
        if depth < options { break }
        if depth == options, text.starts(with: "cache:".utf8) { return .cached(line: index + 1) }
        blanks = options
      }
      return blanks.map { .below(blanks: String(repeating: " ", count: $0)) }
    }
  }
}

extension ArraySlice<UInt8> {
  /// Where the code point of a column, from 1, begins.
  fileprivate func index(ofColumn column: Int) -> Int? {
    var left = column
    return indices.first { index in
      // Bytes that go on with a code point are none of their own.
      if self[index] & 0xC0 != 0x80 { left -= 1 }
      return left == 0
    }
  }

  /// Where a name ends that a line of YAML begins with.
  fileprivate func endOfName(isInBlock: Bool) -> Int? {
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      return dropFirst().firstIndex { $0 == first }.map { $0 + 1 }
    }
    var end = startIndex
    for index in indices {
      let next = index + 1 < endIndex ? self[index + 1] : 0x0A
      switch self[index] {
      case 0x20 where next == UInt8(ascii: "#"): return end
      case UInt8(ascii: ":") where next == 0x20 || next == 0x0A || next == 0x0D: return end
      case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"):
        if !isInBlock { return end }
        end = index + 1
      case 0x20, 0x0D: continue
      default: end = index + 1
      }
    }
    return end > startIndex ? end : nil
  }
}

extension Subject {
  /// What to write in a `dvc.yaml` so that DVC leaves an output to Git.
  func spelling(of output: Output, in file: RepositoryPath) throws(JudgementError) -> UncachedOutput {
    UncachedOutput(
      output.reference.definition, at: output.position, in: file, try available(file) ?? [])
  }
}
