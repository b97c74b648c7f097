/// What patterns are compared with: one name in a directory, its whole path built only when it is needed.
struct Subject {
  /// The bytes of the last component.
  let name: [UInt8]
  /// The number of bytes of the path, which is relative to the DVC root.
  let count: Int
  /// The bytes of the path.
  private(set) lazy var path: [UInt8] = directory.isEmpty ? name : directory + [UInt8(ascii: "/")] + name
  /// Whether there is a newline in the path, which Python's `.` and `$` do not pass over.
  var hasNewline: Bool { name.contains(UInt8(ascii: "\n")) || directory.contains(UInt8(ascii: "\n")) }
  private let directory: [UInt8]

  /// A name in a directory.
  init(directory: [UInt8], name: [UInt8]) {
    self.directory = directory
    self.name = name
    count = directory.isEmpty ? name.count : directory.count + 1 + name.count
  }

  /// A path.
  init(path: ArraySlice<UInt8>) {
    let slash = path.lastIndex(of: UInt8(ascii: "/"))
    self.init(
      directory: slash.map { Array(path[..<$0]) } ?? [],
      name: slash.map { Array(path[($0 + 1)...]) } ?? Array(path))
  }
}
