import Values
import YAML

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

  init(_ node: Node, _ reader: PolicyFileReader) throws(PolicyFileError) {
    for (key, value) in try reader.entries(
      of: node, knowing: ["name", "on-missing", "on-error", "objects", "timeout"])
    {
      switch key {
      case "name":
        guard let text = value.text, !text.isEmpty else {
          throw PolicyFileError(reader.origin, value.position, "name is the name of a DVC remote")
        }
        name = text
      case "on-missing": onMissing = try reader.choice(value, "on-missing")
      case "on-error": onError = try reader.choice(value, "on-error")
      case "objects": objects = try reader.choice(value, "objects")
      default:
        guard case .integer(let number) = value.value, let seconds = number.int,
          (1...86_400).contains(seconds)
        else {
          throw PolicyFileError(reader.origin, value.position, "timeout is a number of seconds, 1 to 86400")
        }
        timeout = seconds
      }
    }
  }
}

extension Policy {
  /// What is in force about DVC's remotes: of each key, what the first layer says that sets it.
  public var remote: RemotePolicy {
    var remote = RemotePolicy()
    for layer in layers {
      remote.name = remote.name ?? layer.remote.name
      remote.onMissing = remote.onMissing ?? layer.remote.onMissing
      remote.onError = remote.onError ?? layer.remote.onError
      remote.objects = remote.objects ?? layer.remote.objects
      remote.timeout = remote.timeout ?? layer.remote.timeout
    }
    return remote
  }
}
