import DVC
import Disk
import Hashing
import Remotes
import Trees
import Values

/// An output that a commit names: its data must be on a remote, or nobody else can restore the commit.
public struct Need {
  /// The commit that names it first, as hexadecimal digits; `nil` for the work tree.
  public let commit: Text?
  /// The output, with the stage or `.dvc` file that has it.
  public let output: PushedOutput
  /// The remote that it is pushed to.
  public let remote: RemoteDescription
  /// The caches on this machine that may hold its data.
  public let caches: MachineCaches
  /// The directory of the DVC repository, from the root of the Git repository.
  public let root: RepositoryPath

  /// An output that a commit names.
  public init(
    commit: Text?, output: PushedOutput, remote: RemoteDescription, caches: MachineCaches,
    root: RepositoryPath
  ) {
    self.commit = commit
    self.output = output
    self.remote = remote
    self.caches = caches
    self.root = root
  }
}

extension Need {
  /// What tells needs apart.
  public struct Identity: Hashable {
    fileprivate let object: CacheObject
    fileprivate let remote: RemoteDescription
    /// Where files are kept by name, content of one name is not there under another, and a record that has lost its
    /// version does not find it.
    fileprivate let path: [UInt8]
    fileprivate let versions: [CloudVersion]
  }

  /// Two needs of one identity are the same question to a remote.
  public var identity: Identity {
    let isVersioned = remote.keepsVersions
    return Identity(
      object: output.object, remote: remote, path: isVersioned ? pathOnRemote : [],
      versions: isVersioned ? versions : [])
  }

  /// What the record names of its remote, where that keeps versions.
  var versions: [CloudVersion] { output.output.versions.filter { $0.remote == Text(remote.name ?? "") } }
}

/// What became of a ``Need``.
public struct NeedVerdict {
  /// What was needed.
  public let need: Need
  /// The objects that the remote answered it has not, or has with other bytes than their names say.
  public internal(set) var missing: [MissingObject] = []
  /// How many objects could not be asked for, by the reason.
  public internal(set) var unknown: [StoreError: Int] = [:]
  /// How many objects are there, and nothing could say whether they are whole; counted when that is asked.
  public internal(set) var unverified = 0
  /// How many objects were asked for, or known to be there.
  public internal(set) var count = 0
  /// How many of them were not asked for now: commits that others have already name them, or the remote was seen to
  /// have them a while ago.
  public internal(set) var unasked = 0

  init(_ need: Need) { self.need = need }

  /// Whether the list of a directory would go to the remote, and not all of its files were asked for there. Who finds
  /// a list takes the files for pushed, and `dvc push` sends them no more.
  public var promisesUnseen: Bool {
    unasked > 0 && !need.remote.keepsVersions && missing.contains { $0.object.isDirectory }
  }

  /// Takes note that what was missing and here was uploaded, save what stayed here.
  /// - Parameter damaged: what turned out not to be what its name says, with the path in the cache.
  public mutating func settle(_ left: Set<RemoteObject>, damaged: [CacheObject: [UInt8]] = [:]) {
    missing.removeAll { $0.isHere && !left.contains(RemoteObject($0.object, on: need.remote)) }
    for index in missing.indices where missing[index].isHere {
      guard let path = damaged[missing[index].object] else { continue }
      missing[index].holding = .damaged(at: path)
      missing[index].size = missing[index].path.isEmpty ? need.recordedSize : nil
    }
  }
}

/// An object that a remote has not, or not whole.
public struct MissingObject {
  /// The object.
  public let object: CacheObject
  /// The path below the output's; empty for the output itself.
  public let path: Text
  /// Its bytes, when this machine has it or the record counts them.
  public internal(set) var size: Int?
  /// What the caches on this machine have of it.
  var holding: MachineCaches.Holding

  /// Whether the remote has something else in its place.
  public let isDamaged: Bool

  /// The cache on this machine that has it, and is not known to have it damaged; `nil` when none has.
  public var place: CachePlace? { if case .here(let place, _) = holding { place } else { nil } }

  /// Whether this machine has it.
  public var isHere: Bool { holding.isHere }

  /// The path of what a cache has in its place, which is something else; `nil` when none has.
  public var damagedCopy: [UInt8]? { if case .damaged(let path) = holding { path } else { nil } }

  /// Why nobody can say whether this machine has it; `nil` when that is known.
  public var doubt: DiskError? { if case .unreadable(let error) = holding { error } else { nil } }

  /// Whether no cache has it for all that is known.
  public var isLost: Bool { !isHere && doubt == nil }
}
