import Platform

/// Where the administrator wants file systems mounted, and where they are.
struct MountTable {
  private let wanted: [[UInt8]]
  private let mounted: Set<[UInt8]>

  /// - Parameters:
  ///   - wanted: the text of `/etc/fstab`; see fstab(5).
  ///   - mounted: the text of `/proc/self/mountinfo`; see proc(5).
  init(wanted: [UInt8], mounted: [UInt8]) {
    self.wanted = Self.points(in: wanted, column: 1)
    self.mounted = Set(Self.points(in: mounted, column: 4))
  }

  /// This machine's. A table that cannot be read names nothing.
  static func current() -> MountTable {
    MountTable(wanted: text("/etc/fstab"), mounted: text("/proc/self/mountinfo"))
  }

  /// The mount points at a path and above it where nothing is mounted.
  func unmounted(above path: [UInt8]) -> [[UInt8]] {
    wanted.filter { point in
      !mounted.contains(point) && (path == point || path.starts(with: point + [UInt8(ascii: "/")]))
    }
  }

  private static func text(_ table: String) -> [UInt8] {
    do throws(SystemError) { return try FileSystem.read(Array(table.utf8), limit: 1 << 22) } catch {
      return []
    }
  }

  /// A column of absolute paths; the root itself is always mounted.
  private static func points(in table: [UInt8], column: Int) -> [[UInt8]] {
    table.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let fields = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      guard fields.count > column, fields[0].first != UInt8(ascii: "#") else { return nil }
      var point = unescaped(fields[column])
      while point.count > 1, point.last == UInt8(ascii: "/") { point.removeLast() }
      return point.count > 1 && point.first == UInt8(ascii: "/") ? point : nil
    }
  }

  /// Three octal digits behind a backslash are a byte.
  private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) {
        result.append(digits.reduce(0) { $0 &<< 3 | ($1 - 0x30) })
        rest = rest.dropFirst(3)
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
