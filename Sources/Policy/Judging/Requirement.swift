import ParameterFiles
import Trees
import Values

/// A package or an image that an environment file asks for.
struct Requirement: Hashable {
  /// How exactly it is asked for.
  enum Precision: Comparable {
    /// By its name alone.
    case anything
    /// Within limits.
    case range
    /// One version.
    case exact
  }

  /// Its name.
  let name: Text
  /// How it is asked for, without what stands around it.
  let spelling: Text
  let precision: Precision
  /// The line it stands in, from 1.
  let line: Int
}

/// The environment files whose requirements can be read.
enum RequirementReader {
  /// The requirements of a file that is known by its name; `nil` for one that is read by nobody here, or that does not
  /// parse.
  static func read(_ file: RepositoryPath, _ bytes: [UInt8]) -> [Requirement]? {
    let name = file.name
    if isList(name) { return pip(bytes) }
    if isDockerfile(name) { return docker(bytes) }
    switch String(decoding: name, as: UTF8.self) {
    case "conda.yaml", "conda.yml", "environment.yml", "environment.yaml":
      return document(bytes, .yaml).map(conda)
    case "pyproject.toml": return document(bytes, .toml).map(project)
    default: return nil
    }
  }

  /// Whether it is a requirements file.
  static func isList(_ name: some BidirectionalCollection<UInt8>) -> Bool {
    name.starts(with: "requirements".utf8) && name.suffix(4).elementsEqual(".txt".utf8)
  }

  /// Whether it is a Dockerfile.
  static func isDockerfile(_ name: some BidirectionalCollection<UInt8>) -> Bool {
    name.starts(with: "Dockerfile".utf8) || name.suffix(11).elementsEqual(".Dockerfile".utf8)
  }

  /// A file that does not parse says nothing here: no rule is about its form.
  static func document(_ bytes: [UInt8], _ format: ParameterFormat) -> Node? {
    try? ParameterFile.read(bytes, format: format)
  }

  // MARK: - pip

  /// What the lines of a requirements file ask for.
  static func pip(_ bytes: [UInt8]) -> [Requirement] {
    logicalLines(bytes).compactMap { specifier($0.text, line: $0.line) }
  }

  /// The lines of a requirements file, continued ones in one (pip's reference, Requirements File Format).
  static func logicalLines(_ bytes: [UInt8]) -> [(text: Text, line: Int)] {
    var found: [(text: Text, line: Int)] = []
    var (whole, start): ([UInt8], Int) = ([], 0)
    let lines = decoded(bytes).split(separator: 0x0A, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = line.last == 0x0D ? line.dropLast() : line
      if whole.isEmpty { start = index + 1 }
      if line.last == UInt8(ascii: "\\") {
        whole += line.dropLast()
        continue
      }
      found.append((Text(utf8: whole + line), start))
      whole = []
    }
    return found
  }

  /// The bytes as UTF-8: a mark at the start says how they are written (pip 23, `auto_decode`); PowerShell's `>` writes
  /// UTF-16.
  private static func decoded(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
    let isLittle = bytes.starts(with: [0xFF, 0xFE])
    guard isLittle || bytes.starts(with: [0xFE, 0xFF]) else { return bytes }
    let units = stride(from: 2, to: bytes.count - 1, by: 2).map { place in
      let (low, high) = isLittle ? (place, place + 1) : (place + 1, place)
      return UInt16(bytes[high]) << 8 | UInt16(bytes[low])
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  /// What one line asks for; `nil` for options, paths, comments and nothing (PEP 508).
  static func specifier(_ text: Text, line: Int) -> Requirement? {
    var rest = text.withoutBlanksAround.utf8[...]
    guard let first = rest.first, first != UInt8(ascii: "#"), first != UInt8(ascii: "-") else { return nil }
    if let comment = Text(utf8: rest).firstIndex(of: " #") { rest = rest.prefix(comment) }
    if let marker = rest.firstIndex(of: UInt8(ascii: ";")) { rest = rest[..<marker] }
    let hasHash = Text(utf8: rest).firstIndex(of: "--hash=") != nil
    if let options = Text(utf8: rest).firstIndex(of: " --") { rest = rest.prefix(options) }
    let spelling = Text(utf8: rest).withoutBlanksAround
    let name = Text(utf8: spelling.utf8.prefix(while: isName))
    guard !name.isEmpty else { return nil }
    var tail = spelling.utf8[name.utf8.count...].drop { $0 == 0x20 }
    if tail.first == UInt8(ascii: "["), let end = tail.firstIndex(of: UInt8(ascii: "]")) {
      tail = tail[(end + 1)...].drop { $0 == 0x20 }
    }
    let version = Text(utf8: tail)
    // A path, or an address alone: `./package`, `https://…/package.whl`.
    if version.hasPrefix("/") || version.hasPrefix("://") || version.hasPrefix("+") || version.hasPrefix(":")
    {
      guard version.hasPrefix("+") || version.hasPrefix("://") else { return nil }
      return Requirement(name: spelling, spelling: spelling, precision: address(spelling), line: line)
    }
    if name.hasSuffix(".whl") || name.hasSuffix(".gz") || name.hasSuffix(".zip") { return nil }
    let precision: Requirement.Precision
    if version.hasPrefix("@") {
      precision = address(Text(utf8: version.utf8.dropFirst()).withoutBlanksAround)
    } else {
      precision = hasHash ? .exact : self.precision(of: version)
    }
    return Requirement(name: name, spelling: spelling, precision: precision, line: line)
  }

  private static func precision(of version: Text) -> Requirement.Precision {
    let limits = version.utf8.filter { $0 != 0x20 && $0 != UInt8(ascii: "(") && $0 != UInt8(ascii: ")") }
      .split(separator: UInt8(ascii: ","))
    let isExact = limits.contains { $0.starts(with: "==".utf8) && !$0.contains(UInt8(ascii: "*")) }
    return isExact ? .exact : limits.isEmpty ? .anything : .range
  }

  /// What is behind an address is one thing, but that of a version control system is the newest unless a revision is
  /// named.
  private static func address(_ text: Text) -> Requirement.Precision {
    guard ["git+", "hg+", "svn+", "bzr+"].contains(where: text.hasPrefix) else { return .exact }
    let path = text.firstIndex(of: "://").map { text.utf8[($0 + 3)...] } ?? text.utf8[...]
    let repository = path.drop { $0 != UInt8(ascii: "/") }.prefix { $0 != UInt8(ascii: "#") }
    return repository.contains(UInt8(ascii: "@")) ? .exact : .anything
  }

  static func isName(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte & 0xDF) || (0x30...0x39).contains(byte) || "._-".utf8.contains(byte)
  }

  // MARK: - conda

  /// The `dependencies` of an environment file, and those of pip in it.
  private static func conda(_ document: Node) -> [Requirement] {
    (document.map?["dependencies"]?.list ?? []).flatMap { node -> [Requirement] in
      let line = node.position?.line ?? 0
      if let text = node.text { return condaSpecifier(text, line).map { [$0] } ?? [] }
      return (node.map?["pip"]?.list ?? []).compactMap { item in
        item.text.flatMap { specifier($0, line: item.position?.line ?? line) }
      }
    }
  }

  /// `channel::name=1.2=build`, `name >=1.2` (conda's MatchSpec). A single `=` takes what begins so, which is how
  /// versions are pinned there.
  private static func condaSpecifier(_ text: Text, _ line: Int) -> Requirement? {
    let spelling = text.withoutBlanksAround
    let own = spelling.firstIndex(of: "::").map { spelling.utf8[($0 + 2)...] } ?? spelling.utf8[...]
    let name = Text(utf8: own.prefix(while: isName))
    guard !name.isEmpty else { return nil }
    let version = own.dropFirst(name.utf8.count).filter { $0 != 0x20 }
    let isPinned =
      version.first.map { $0 == UInt8(ascii: "=") || (0x30...0x39).contains($0) } ?? false
      && !version.contains(UInt8(ascii: ">")) && !version.contains(UInt8(ascii: "<"))
    // pip in it is asked for without a version by everybody, for what stands below it.
    let precision: Requirement.Precision =
      name == "pip" ? .exact : isPinned ? .exact : version.isEmpty ? .anything : .range
    return Requirement(name: name, spelling: spelling, precision: precision, line: line)
  }

  // MARK: - pyproject.toml

  /// The dependencies of a project (PEP 621), and of Poetry.
  private static func project(_ document: Node) -> [Requirement] {
    let listed = document.map?["project"]?.map?["dependencies"]?.list ?? []
    let poetry = document.map?["tool"]?.map?["poetry"]?.map?["dependencies"]?.map?.entries ?? []
    return listed.compactMap { node in node.text.flatMap { specifier($0, line: node.position?.line ?? 0) } }
      + poetry.compactMap { entry in
        guard let name = entry.key.text, name != "python" else { return nil }
        let version = entry.value.text ?? entry.value.map?["version"]?.text ?? ""
        let isGit = entry.value.map?["rev"] != nil || entry.value.map?["tag"] != nil
        let isPath = entry.value.map?["path"] != nil
        let isExact =
          version.utf8.first.map { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "=") } ?? false
        let precision: Requirement.Precision =
          isGit || isPath || (isExact && !version.utf8.contains(UInt8(ascii: "*")))
          ? .exact : version.isEmpty || version == "*" ? .anything : .range
        return Requirement(
          name: name, spelling: version.isEmpty ? name : name + " " + version, precision: precision,
          line: entry.key.position?.line ?? 0)
      }
  }

  // MARK: - Dockerfile

  /// The images that a Dockerfile begins with (its reference, FROM). One that a variable names is known where the file
  /// says what that stands for.
  private static func docker(_ bytes: [UInt8]) -> [Requirement] {
    DockerImages(Dockerfile(bytes)).images.map { written, image, line in
      let name = image.utf8.split(separator: UInt8(ascii: "/")).last ?? []
      let tag = name.split(separator: UInt8(ascii: ":")).dropFirst().first.map { Text(utf8: $0) }
      let isPinned = image.firstIndex(of: "@sha256:") != nil || (tag != nil && tag != "latest")
      return Requirement(
        name: image, spelling: written, precision: isPinned ? .exact : .anything, line: line)
    }
  }
}
