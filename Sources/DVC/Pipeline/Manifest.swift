import Hashing
import ParameterFiles
import Values

/// What a directory holds: DVC's `.dir` object (DVC 3.67, dvc-data's `Tree`).
public struct Manifest: Sendable {
  /// One file of the directory.
  public struct File: Hashable, Sendable {
    /// The path from the directory, `/` between components.
    public let path: Text
    /// The hash's letters.
    public let hash: Text

    /// A file by its path and hash.
    public init(path: Text, hash: Text) {
      self.path = path
      self.hash = hash
    }
  }

  /// The files in the order of their paths' code points, no path twice.
  public let files: [File]

  /// A manifest of files in any order; of files with one path the last counts.
  public init(_ files: [File]) {
    let sorted = files.enumerated().sorted {
      $0.element.path == $1.element.path ? $0.offset < $1.offset : $0.element.path < $1.element.path
    }
    var unique: [File] = []
    unique.reserveCapacity(sorted.count)
    for (_, file) in sorted {
      if unique.last?.path == file.path { unique.removeLast() }
      unique.append(file)
    }
    self.files = unique
  }

  private init(inOrder files: [File]) { self.files = files }

  /// A manifest as DVC writes it; `nil` for anything else that DVC would not read either.
  public init?(bytes: [UInt8]) {
    var plain: [File] = []
    let isPlain = ManifestList.scan(bytes) { digest, path in
      plain.append(File(path: Text(utf8: path), hash: Text(utf8: digest.hexadecimal)))
    }
    if isPlain {
      self.init(inOrder: plain)
      return
    }
    let document: Node
    do { document = try ParameterFile.read(bytes, format: .json) } catch {
      // Not JSON: to DVC the object is as good as missing (`ObjectFormatError`).
      return nil
    }
    // The reader gives an empty map for every document that is false to Python, an empty list among them.
    let isList = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "[")
    guard isList else { return nil }
    let list = document.list ?? []
    var files: [File] = []
    for node in list {
      guard let map = node.map, let path = map["relpath"]?.text else { return nil }
      files.append(File(path: path, hash: map["md5"]?.text ?? ""))
    }
    self.init(files)
  }

  /// What is to be kept of each file that a list names, without holding the list's other parts; `nil` for what is no
  /// list to DVC.
  /// - Parameter keep: called with the hash of each file, `nil` when that is none, and its path; in a list that is
  ///   spelled in an odd way, for some files twice.
  public static func files<Element>(
    in bytes: [UInt8], _ keep: (MD5Digest?, _ path: ArraySlice<UInt8>) -> Element?
  ) -> [Element]? {
    var found: [Element] = []
    let isPlain = ManifestList.scan(bytes) { digest, path in
      if let element = keep(digest, path) { found.append(element) }
    }
    if isPlain { return found }
    return Manifest(bytes: bytes)?.files.compactMap {
      keep(MD5Digest(hexadecimal: $0.hash.utf8), $0.path.utf8[...])
    }
  }

  /// The first path that no file in a directory has: with an empty name, `.` or `..` in it. DVC writes none;
  /// followed name by name, it would lead out of the directory or nowhere.
  public var impossiblePath: Text? { files.lazy.map(\.path).first { !Self.isPossible($0.utf8) } }

  private static func isPossible(_ path: [UInt8]) -> Bool {
    var start = path.startIndex
    while true {
      let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
      let name = path[start..<end]
      if name.isEmpty || name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) { return false }
      if end == path.endIndex { return true }
      start = end + 1
    }
  }

  /// The bytes as DVC writes them: Python's `json.dumps`, ASCII only.
  public var bytes: [UInt8] {
    var list = ManifestList(expecting: files.count)
    for file in files { list.append(file.path.utf8[...], hash: file.hash) }
    return list.finish()
  }

  /// The object id of the directory: 32 hexadecimal digits and `.dir`.
  public var objectID: Text { Text(utf8: MD5Digest(of: bytes).hexadecimal) + ".dir" }

  /// The manifest of a directory inside this one; `nil` when there is no file below it.
  public func subdirectory(_ path: Text) -> Manifest? {
    let prefix = path + "/"
    let below = files.filter { $0.path.hasPrefix(prefix) }
    guard !below.isEmpty else { return nil }
    return Manifest(
      below.map { File(path: Text(utf8: $0.path.utf8.dropFirst(prefix.utf8.count)), hash: $0.hash) })
  }

  /// The hash of a file in it.
  public func hash(of path: Text) -> Text? {
    var low = 0
    var high = files.count
    while low < high {
      let middle = (low + high) / 2
      if files[middle].path < path { low = middle + 1 } else { high = middle }
    }
    return low < files.count && files[low].path == path ? files[low].hash : nil
  }
}
