import Trees
import Values

/// Where the paths of a DVC repository's files lead.
public struct PathSpace: Equatable, Sendable {
  /// Where the root of the tree is, or would be, on disk: absolute, normal.
  public let treeRoot: [UInt8]
  /// The directory of the DVC repository in the tree.
  public let projectRoot: RepositoryPath
  /// The URLs of the configured remotes by lower-cased name, for `remote://name/path`.
  let remoteURLs: [Text: Text]

  /// The paths of the DVC repository at `projectRoot` of a tree that is at `treeRoot` on disk.
  public init(treeRoot: [UInt8], projectRoot: RepositoryPath, remoteURLs: [Text: Text] = [:]) {
    self.treeRoot = treeRoot
    self.projectRoot = projectRoot
    self.remoteURLs = remoteURLs
  }

  /// Where a dep, an out or a parameters file is.
  public enum Location: Hashable, Sendable {
    /// In the tree, and so in Git, or in the work tree.
    case inside(RepositoryPath)
    /// On this machine, outside the tree: an absolute path.
    case outside([UInt8])
    /// Elsewhere: the scheme of the URL.
    case url(scheme: Text)
    /// A dataset of `dvc.yaml`, by name (`ds://name`).
    case dataset(name: Text)
  }

  /// A path as it is written in a file, and where it leads.
  public struct Reference: Hashable, Sendable {
    /// The letters by which `dvc.lock` names it.
    public let definition: Text
    /// Where it leads.
    public let location: Location
    /// Whether DVC counts it as part of the repository: inside its root, and not written as a remote.
    public let isInRepository: Bool

    /// Where it leads in the tree; `nil` when it leads out of it.
    public var path: RepositoryPath? { if case .inside(let path) = location { path } else { nil } }
  }

  /// The absolute path of a path in the tree.
  public func absolute(_ path: RepositoryPath) -> [UInt8] {
    path.isRoot ? treeRoot : (treeRoot == [Self.slash] ? treeRoot : treeRoot + [Self.slash]) + path.bytes
  }

  /// The path in the tree of an absolute path; `nil` outside the tree.
  public func inside(_ absolute: [UInt8]) -> RepositoryPath? {
    if absolute == treeRoot { return .root }
    let prefix = treeRoot == [Self.slash] ? treeRoot : treeRoot + [Self.slash]
    guard absolute.starts(with: prefix) else { return nil }
    return RepositoryPath(normalized: absolute.dropFirst(prefix.count))
  }

  /// The absolute, normal path that `path` leads to from `directory`, as `os.path.normpath(join(…))`.
  public static func resolve(_ path: [UInt8], from directory: [UInt8]) -> [UInt8] {
    let joined = path.first == slash ? path : directory + [slash] + path
    var components: [ArraySlice<UInt8>] = []
    for component in joined.split(separator: slash) {
      switch component {
      case [dot]: continue
      case [dot, dot]: _ = components.popLast()
      default: components.append(component)
      }
    }
    return [slash] + components.joined(separator: [slash])
  }

  /// The relative path from a directory to a path, both absolute and normal, as `os.path.relpath`.
  public static func relative(_ path: [UInt8], from directory: [UInt8]) -> [UInt8] {
    let target = path.split(separator: slash)
    let start = directory.split(separator: slash)
    let common = zip(target, start).prefix { $0 == $1 }.count
    let parts = Array(repeating: [dot, dot][...], count: start.count - common) + target.dropFirst(common)
    return parts.isEmpty ? [dot] : Array(parts.joined(separator: [slash]))
  }

  /// What a path written in a DVC file means (DVC 3.67, `Output.__init__` in `dvc/output.py`).
  /// - Throws: ``TemplateError`` with a message when DVC cannot make anything of it.
  func reference(_ path: Text, workingDirectory: [UInt8]) throws(TemplateError) -> Reference {
    let url = URLParts(path)
    if url.scheme == "ds" {
      return Reference(definition: path, location: .dataset(name: url.authority ?? ""), isInRepository: false)
    }
    if url.scheme == "remote" {
      return Reference(definition: path, location: try remote(url), isInRepository: false)
    }
    if let scheme = url.scheme {
      if URLParts.remoteSchemes.contains(scheme) {
        return Reference(definition: path, location: .url(scheme: scheme), isInRepository: false)
      }
      if url.authority != nil {
        throw TemplateError("'\(path)': unsupported URL type '\(scheme)://'")
      }
    }
    let absolute = Self.resolve(path.utf8, from: workingDirectory)
    let project = self.absolute(projectRoot)
    let isInProject =
      absolute != project && absolute.starts(with: project + (project == [Self.slash] ? [] : [Self.slash]))
    let isRelative = path.utf8.first != Self.slash || isInProject
    let definition =
      path.utf8.first == Self.slash && isInProject
      ? Text(utf8: Self.relative(absolute, from: workingDirectory)) : path
    return Reference(
      definition: definition, location: inside(absolute).map { .inside($0) } ?? .outside(absolute),
      isInRepository: isRelative && isInProject)
  }

  private func remote(_ url: URLParts) throws(TemplateError) -> Location {
    let name = Text(utf8: (url.authority ?? "").utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
    guard let base = remoteURLs[name] else { throw TemplateError("remote '\(name)' doesn't exist") }
    let parts = URLParts(base)
    if let scheme = parts.scheme, URLParts.remoteSchemes.contains(scheme) { return .url(scheme: scheme) }
    let path = Text(utf8: url.path.utf8.drop { $0 == Self.slash })
    return .outside(Self.resolve(base.utf8 + [Self.slash] + path.utf8, from: treeRoot))
  }

  private static let slash = UInt8(ascii: "/")
  private static let dot = UInt8(ascii: ".")
}

/// The parts of a URL that decide what a path is, cut as Python's `urlparse` does.
struct URLParts {
  /// The lower-cased scheme.
  let scheme: Text?
  /// What stands between `//` and the next `/`, `?` or `#`; `nil` when that is empty.
  let authority: Text?
  /// What follows.
  let path: Text

  /// The schemes for which DVC has a file system of its own (dvc-objects 5.2, `dvc_objects/fs/__init__.py`).
  static let remoteSchemes: Set<Text> = [
    "azure", "gdrive", "gs", "hdfs", "http", "https", "oss", "s3", "ssh", "webdav", "webdavs", "webhdfs",
  ]

  init(_ text: Text) {
    var rest = text.utf8[...]
    var scheme: Text?
    if let colon = rest.firstIndex(of: UInt8(ascii: ":")), colon > 0 {
      let name = rest[..<colon].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
      let isScheme =
        (0x61...0x7A).contains(name[0])
        && name.allSatisfy {
          (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || Array("+-.".utf8).contains($0)
        }
      if isScheme {
        scheme = Text(utf8: name)
        rest = rest[(colon + 1)...]
      }
    }
    self.scheme = scheme
    if rest.starts(with: Array("//".utf8)) {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex { Array("/?#".utf8).contains($0) } ?? rest.endIndex
      authority = end == rest.startIndex ? nil : Text(utf8: rest[rest.startIndex..<end])
      rest = rest[end...]
    } else {
      authority = nil
    }
    path = Text(utf8: rest)
  }
}
