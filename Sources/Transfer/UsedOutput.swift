import DVC
import Disk
import Remotes
import Values

/// An output whose objects are compared.
public struct UsedOutput {
  /// Which remote its data is compared with.
  public enum Destination {
    /// The remote that is asked.
    case asked
    /// One of its own (`remote:`): DVC leaves it out of the document.
    case own
    /// One of its own that is of no use, and why: DVC refuses the whole question.
    case unusable(String)
  }

  /// The output as the document calls it.
  public let name: Text
  /// The output.
  public let output: PushedOutput
  /// The path below the output's that is asked for alone; `nil` for all of it.
  public let part: Text?
  /// Which remote its data is compared with.
  public let destination: Destination
  /// Where the list of a directory is read when the cache has it not; `nil` when there is no such remote.
  public let source: OpenedRemote?

  /// An output.
  public init(
    name: Text, output: PushedOutput, part: Text? = nil, destination: Destination = .asked,
    source: OpenedRemote?
  ) {
    self.name = name
    self.output = output
    self.part = part
    self.destination = destination
    self.source = source
  }
}

/// Why cache and remote cannot be compared.
public enum CloudStatusError: Error, Hashable {
  /// A remote could not be asked for so many objects.
  case unasked(remote: RemoteDescription, count: Int, why: StoreError)
  /// The cache could not be read.
  case unreadableCache(DiskError)
  /// The list of a directory is not one.
  case damagedList(of: Text)
  /// A path inside of an output that is one file.
  case noDirectory(Text)
  /// An output's own remote is of no use.
  case refused(String)
}
