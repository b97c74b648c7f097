import Platform

extension ProcessEnvironment {
  /// An environment in which the `git` command reads repositories whoever owns them (git-config(1), `safe.directory`
  /// and `GIT_CONFIG_COUNT`).
  func trustingOwners() -> ProcessEnvironment {
    var environment = self
    let count = self["GIT_CONFIG_COUNT"].flatMap { Int($0) } ?? 0
    environment["GIT_CONFIG_KEY_\(count)"] = "safe.directory"
    environment["GIT_CONFIG_VALUE_\(count)"] = "*"
    environment["GIT_CONFIG_COUNT"] = "\(count + 1)"
    return environment
  }
}
