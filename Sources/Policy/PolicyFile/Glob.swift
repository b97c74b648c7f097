import Trees
import Values

/// A pattern of paths: `*` and `?` stay inside a component, `**` is any number of components. A pattern
/// of a directory matches everything below it.
struct Glob {
  let components: [[UInt8]]

  /// The pattern that a text spells.
  init(_ pattern: Text) {
    components = pattern.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }.filter {
      $0 != [UInt8(ascii: ".")]
    }
  }

  /// Whether the pattern names the path or a directory above it.
  func matches(_ path: RepositoryPath) -> Bool {
    let parts = path.components
    // `reach[i]`: the first i components of the pattern match what was read so far.
    var reach = [Bool](repeating: false, count: components.count + 1)
    reach[0] = true
    spread(&reach)
    if reach[components.count] { return true }
    for part in parts {
      var next = [Bool](repeating: false, count: reach.count)
      for (index, component) in components.enumerated() where reach[index] {
        if component == Self.anyDepth {
          next[index] = true
        } else if Self.matches(component[...], part) {
          next[index + 1] = true
        }
      }
      spread(&next)
      if next[components.count] { return true }
      reach = next
    }
    return false
  }

  /// `**` may stand for no component at all.
  private func spread(_ reach: inout [Bool]) {
    for (index, component) in components.enumerated() where reach[index] && component == Self.anyDepth {
      reach[index + 1] = true
    }
  }

  /// One component, in time proportional to the product of the lengths.
  private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
    var pattern = pattern
    var name = name
    var retry: (pattern: ArraySlice<UInt8>, name: ArraySlice<UInt8>)?
    while !name.isEmpty {
      if let first = pattern.first, first == UInt8(ascii: "*") {
        pattern = pattern.dropFirst()
        retry = (pattern, name)
      } else if let first = pattern.first, first == UInt8(ascii: "?") || first == name.first {
        pattern = pattern.dropFirst()
        name = name.dropFirst()
      } else if let last = retry {
        pattern = last.pattern
        name = last.name.dropFirst()
        retry = (pattern, name)
      } else {
        return false
      }
    }
    return pattern.allSatisfy { $0 == UInt8(ascii: "*") }
  }

  private static let anyDepth = Array("**".utf8)
}
