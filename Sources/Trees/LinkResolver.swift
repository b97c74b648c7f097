/// Follows symbolic links inside a tree of objects, as the kernel does in a checkout of it.
public struct LinkResolver {
  /// What stands at exactly this path, no link on the way followed.
  let entry: (RepositoryPath) throws(TreeError) -> Entry?
  /// The bytes of the link at this path.
  let linkTarget: (RepositoryPath) throws(TreeError) -> [UInt8]

  /// A resolver over two look-ups that follow no link themselves.
  public init(
    entry: @escaping (RepositoryPath) throws(TreeError) -> Entry?,
    linkTarget: @escaping (RepositoryPath) throws(TreeError) -> [UInt8]
  ) {
    self.entry = entry
    self.linkTarget = linkTarget
  }

  /// The path at which the content of `path` really stands.
  /// - Parameter followLast: whether a link at the last component is followed as well.
  /// - Returns: `nil` when nothing stands there, or a link is broken.
  /// - Throws: `notAvailable` when a link leaves the repository, `unreadable` when links form a loop.
  public func resolve(_ path: RepositoryPath, followLast: Bool) throws(TreeError) -> RepositoryPath? {
    if let direct = try entry(path) {
      guard followLast, direct == .symbolicLink else { return path }
    } else if path.isRoot {
      return path
    }
    var pending = Array(path.components.map { Array($0) }.reversed())
    var here = RepositoryPath.root
    var followed = 0
    while let component = pending.popLast() {
      if component == Array(".".utf8) { continue }
      if component == Array("..".utf8) {
        guard !here.isRoot else {
          throw .notAvailable(path, why: "a symbolic link leads out of the repository")
        }
        here = here.parent
        continue
      }
      let next = here.appending(component)
      guard let found = try entry(next) else { return nil }
      guard found == .symbolicLink, followLast || !pending.isEmpty else {
        if !pending.isEmpty, found != .directory { return nil }
        here = next
        continue
      }
      followed += 1
      guard followed <= Self.limit else { throw .unreadable(path, why: "too many levels of symbolic links") }
      let target = try linkTarget(next)
      guard target.first != UInt8(ascii: "/") else {
        throw .notAvailable(path, why: "a symbolic link leads out of the repository")
      }
      pending += target.split(separator: UInt8(ascii: "/")).reversed().map { Array($0) }
    }
    return here
  }

  /// Linux's own bound on links in one look-up (path_resolution(7)).
  private static let limit = 40
}
