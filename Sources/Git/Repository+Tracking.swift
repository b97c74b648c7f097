import Trees

extension Repository {
  /// Whether the index has a path, with conflicts or promised (`git add -N`) or not, or has something above it that is
  /// no directory of its own: a submodule or a symbolic link.
  public func tracks(_ path: RepositoryPath) throws(GitError) -> Bool {
    let index = try indexSnapshot().index
    var places: Set<[UInt8]> = []
    var place = path
    while !place.isRoot {
      places.insert(place.bytes)
      place = place.parent
    }
    let lengths = Set(places.map(\.count))
    return index.records.contains { record in
      lengths.contains(Int(record.pathLength)) && places.contains(Array(index.path(of: record)))
    }
  }
}
