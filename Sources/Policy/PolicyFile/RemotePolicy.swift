import Values

/// What policy says about DVC's remotes: the `remote` section of a policy file.
public struct RemotePolicy: Hashable, Sendable {
  /// What the hook does about data that a remote lacks and this machine has.
  public enum OnMissing: String, Hashable, Sendable, CaseIterable {
    /// It stops the push.
    case fail
    /// It uploads the data, and lets the push go on when all of it is there.
    case push
  }

  /// What becomes of a push when a remote cannot be asked.
  public enum OnError: String, Hashable, Sendable, CaseIterable {
    /// It stops: nothing is proven.
    case fail
    /// It goes on, and is told what was not checked.
    case warn
  }

  /// Which objects are asked for.
  public enum Objects: String, Hashable, Sendable, CaseIterable {
    /// Those that no commit names that the Git remote has.
    case new
    /// All that the outgoing commits name.
    case all
  }

  /// The DVC remote to look at, in place of each output's own.
  public var name: Text?
  /// What the hook does about data that a remote lacks.
  public var onMissing: OnMissing?
  /// What becomes of a push when a remote cannot be asked.
  public var onError: OnError?
  /// Which objects are asked for.
  public var objects: Objects?
  /// How long a remote may take, in seconds.
  public var timeout: Int?

  /// Nothing is set.
  public init() {}
}

extension Policy {
  /// What is in force about DVC's remotes.
  public var remote: RemotePolicy {
    var remote = RemotePolicy()
    remote.name = setting("remote.name")?.value.text
    remote.onMissing = word("remote.on-missing")
    remote.onError = word("remote.on-error")
    remote.objects = word("remote.objects")
    remote.timeout = setting("remote.timeout")?.value.number
    return remote
  }
}
