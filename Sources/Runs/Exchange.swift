import Git

extension Ledger {
  /// Exchanges records and links with another repository: what only one side has, both have afterwards.
  /// - Parameters:
  ///   - remote: the name of a remote of Git's, or a URL.
  ///   - seconds: how long all of it may take.
  ///   - takesAll: whether to ask for what is new there even when nothing stands in the way of sending.
  public func exchange(
    with remote: [UInt8], seconds: Int, takesAll: Bool
  ) throws(RunsError) -> NotesExchange.Outcome {
    try asking { () throws(GitError) in
      try NotesExchange(records.repository, with: remote, seconds: seconds) { _ in Lines.joined }.run(
        takesAll: takesAll)
    }
  }

  /// Takes the records and links that another repository has, and sends nothing.
  public func receive(from remote: [UInt8], seconds: Int) throws(RunsError) {
    _ = try asking { () throws(GitError) in
      try NotesExchange(records.repository, with: remote, seconds: seconds) { _ in Lines.joined }.receive()
    }
  }
}

extension Repository {
  /// The remote that the checked out branch is pushed to, as Git chooses it (git-push(1), git-config(1)
  /// `remote.pushDefault`); `nil` when there is none.
  public var pushRemote: [UInt8]? {
    get throws(GitError) {
      let prefix = Array("refs/heads/".utf8)
      if let reference = try headReference(), reference.starts(with: prefix) {
        let branch = String(decoding: reference.dropFirst(prefix.count), as: UTF8.self)
        for key in ["branch.\(branch).pushremote", "remote.pushdefault", "branch.\(branch).remote"] {
          // `.` is this repository itself.
          if let name = configuration(key), !name.isEmpty, name != [UInt8(ascii: ".")] { return name }
        }
      }
      return configuration("remote.origin.url") == nil ? nil : Array("origin".utf8)
    }
  }
}
