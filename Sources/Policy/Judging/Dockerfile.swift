import Values

/// The instructions of a Dockerfile (its reference: Format, Parser directives, Here-Documents).
struct Dockerfile {
  /// One instruction, its continued lines in one.
  struct Instruction {
    /// Its name in small letters.
    let name: Text
    /// What stands behind it, without comments.
    var arguments: Text
    /// The line it begins in, from 1.
    let line: Int

    /// The words behind the name.
    var words: [Text] { arguments.utf8.split(whereSeparator: Dockerfile.isBlank).map { Text(utf8: $0) } }
  }

  private(set) var instructions: [Instruction] = []

  init(_ bytes: [UInt8]) {
    var escape = UInt8(ascii: "\\")
    var (pending, start): ([UInt8], Int) = ([], 0)
    var ends: [Text] = []
    let lines = TextFile.withLineFeeds(bytes).split(separator: 0x0A, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let text = Text(utf8: line).withoutBlanksAround
      if let end = ends.first {
        if text == end { ends.removeFirst() }
        instructions[instructions.count - 1].arguments += "\n" + text
        continue
      }
      guard !text.isEmpty else { continue }
      guard text.utf8.first != UInt8(ascii: "#") else {
        if instructions.isEmpty, let other = Self.escape(in: text) { escape = other }
        continue
      }
      if pending.isEmpty { start = index + 1 }
      if text.utf8.last == escape {
        pending += text.utf8.dropLast() + [0x20]
      } else {
        ends = add(pending + text.utf8, at: start)
        pending = []
      }
    }
    if !pending.isEmpty { _ = add(pending, at: start) }
  }

  /// Takes an instruction.
  /// - Returns: the words that end the texts which follow it.
  private mutating func add(_ bytes: [UInt8], at line: Int) -> [Text] {
    let name = bytes.drop(while: Self.isBlank).prefix { !Self.isBlank($0) }
    let instruction = Instruction(
      name: Text(utf8: name).inSmallLetters,
      arguments: Text(utf8: bytes[name.endIndex...]).withoutBlanksAround, line: line)
    instructions.append(instruction)
    guard (["run", "copy", "add"] as [Text]).contains(instruction.name) else { return [] }
    return instruction.words.compactMap { word in
      guard word.hasPrefix("<<") else { return nil }
      let isSign: (UInt8) -> Bool = { "<-\"'".utf8.contains($0) }
      let end = word.utf8.drop(while: isSign).prefix { !isSign($0) }
      return end.isEmpty ? nil : Text(utf8: end)
    }
  }

  /// What the comment `# escape=` makes the sign that continues a line.
  private static func escape(in comment: Text) -> UInt8? {
    let text = comment.utf8.dropFirst().filter { !isBlank($0) }
    guard text.starts(with: "escape=".utf8), text.count == 8 else { return nil }
    return text.last
  }

  fileprivate static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

/// The images that a Dockerfile begins with, with the variables in their names that have a value there.
struct DockerImages {
  /// The images: as they are written, and as they are called; the line is that of `FROM`.
  private(set) var images: [(written: Text, image: Text, line: Int)] = []
  /// What the `ARG` before the first `FROM` give variables (the reference, Understand how ARG and FROM interact).
  private var values: [Text: Text] = [:]

  init(_ file: Dockerfile) {
    var stages: Set<Text> = ["scratch"]
    var hasBegun = false
    for instruction in file.instructions {
      if instruction.name == "arg", !hasBegun {
        for word in instruction.words { declare(word) }
      } else if instruction.name == "from" {
        hasBegun = true
        let words = instruction.words.filter { !$0.hasPrefix("--") }
        guard let written = words.first else { continue }
        if let image = expanded(written), !stages.contains(image.inSmallLetters) {
          images.append((written, image, instruction.line))
        }
        if words.count > 2, words[1].inSmallLetters == "as" { stages.insert(words[2].inSmallLetters) }
      }
    }
  }

  private mutating func declare(_ word: Text) {
    guard let sign = word.utf8.firstIndex(of: UInt8(ascii: "=")) else { return }
    let value = word.utf8[(sign + 1)...].filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
    values[Text(utf8: word.utf8[..<sign])] = expanded(Text(utf8: value))
  }

  /// The text with what stands for its variables: `$V`, `${V}` and `${V:-other}`; `nil` where one has no value here.
  private func expanded(_ text: Text) -> Text? {
    var (result, rest): ([UInt8], ArraySlice<UInt8>) = ([], text.utf8[...])
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "$") else {
        result.append(byte)
        continue
      }
      let (name, other): (ArraySlice<UInt8>, ArraySlice<UInt8>)
      if rest.first == UInt8(ascii: "{") {
        guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let inner = rest[(rest.startIndex + 1)..<end]
        name = inner.prefix(while: Self.isName)
        other = inner[name.endIndex...]
        rest = rest[(end + 1)...]
      } else {
        name = rest.prefix(while: Self.isName)
        other = []
        rest = rest[name.endIndex...]
      }
      guard other.isEmpty || other.starts(with: ":-".utf8) else { return nil }
      let value = values[Text(utf8: name)].flatMap { $0.isEmpty ? nil : $0.utf8 }
      guard let value = value ?? (other.isEmpty ? nil : Array(other.dropFirst(2))) else { return nil }
      result += value
      // Variables that double one another would fill the memory.
      guard result.count <= Self.longest else { return nil }
    }
    return result.isEmpty ? nil : Text(utf8: result)
  }

  /// More bytes than any image has in its name.
  private static let longest = 4096

  private static func isName(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte & 0xDF) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
  }
}

extension Text {
  /// The text without blanks around it.
  var withoutBlanksAround: Text {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    let start = utf8.drop(while: isBlank)
    return Text(
      utf8: start.prefix((start.lastIndex { !isBlank($0) } ?? start.startIndex - 1) - start.startIndex + 1))
  }

  /// The text with small letters in place of capitals (ASCII).
  var inSmallLetters: Text { Text(utf8: utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }) }
}
