/// The shapes that most patterns have, which are decided by looking at names.
enum Shape {
  /// `name`: a component of the path is this.
  case name([UInt8])
  /// `*end`: a component of the path ends with this.
  case suffix([UInt8])
  /// `a*b?`: a component of the path is matched from end to end; it takes no slash.
  case glob(Automaton)
  /// `a/b`: the path is this.
  case path([UInt8])

  /// Whether the last component, or for `path` the whole path, is so.
  /// - Parameter base: the length of the directory that the shape is relative to. It holds the subject.
  func matchesLast(_ subject: inout Subject, base: Int) -> Bool {
    if case .path(let path) = self {
      return subject.count == path.count + (base == 0 ? 0 : base + 1) && subject.path.ends(with: path)
    }
    return matches(name: subject.name[...])
  }

  /// Whether the path is so or lies below one that is.
  func matchesAnywhere(_ subject: inout Subject, base: Int) -> Bool {
    let slash = UInt8(ascii: "/")
    let relative = subject.path[(base == 0 ? 0 : base + 1)...]
    guard case .path(let path) = self else {
      return relative.split(separator: slash).contains { matches(name: $0) }
    }
    return relative.starts(with: path)
      && (relative.count == path.count || relative[relative.startIndex + path.count] == slash)
  }

  private func matches(name: ArraySlice<UInt8>) -> Bool {
    switch self {
    case .name(let whole): name.elementsEqual(whole)
    case .suffix(let suffix): name.ends(with: suffix)
    case .glob(let automaton): automaton.matches(CodePoints.ofPath(Array(name)))
    case .path: false
    }
  }
}

extension RandomAccessCollection<UInt8> {
  /// Whether it ends with these bytes.
  func ends(with suffix: [UInt8]) -> Bool {
    count >= suffix.count && self.suffix(suffix.count).elementsEqual(suffix)
  }
}
