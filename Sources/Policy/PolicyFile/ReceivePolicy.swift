import Trees
import Values

extension Policy {
  /// Whether a branch is not judged when somebody pushes to it.
  /// - Parameter branch: its name without `refs/heads/`.
  public func exempts(branch: [UInt8]) -> Bool {
    let path = RepositoryPath(normalized: branch)
    return (setting("receive.exempt")?.value.list ?? []).contains { Glob($0).matches(path) }
  }
}
