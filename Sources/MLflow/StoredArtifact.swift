import ParameterFiles
import Values

/// A file that a tracking store keeps with a run.
public struct StoredArtifact: Hashable, Sendable {
  /// Its path among the files of the run.
  public let path: Text
  /// Its size in bytes; `nil` for a directory.
  public let size: Int?

  /// The file of a document in the form of MLflow's REST interface; `nil` when it is none.
  init?(_ file: JSONObject) {
    guard let path = file.text("path") else { return nil }
    self.path = path
    size = file.number("file_size")
  }
}

extension TrackingStore {
  /// The files of a run, those in directories, too. Of very many the first: whoever looks for what is too large has seen
  /// enough.
  /// - Parameter end: when to give up, in milliseconds of the monotonic clock.
  public func artifacts(of run: TrackedRun, until end: Int64) throws(TrackingError) -> [StoredArtifact] {
    service.end = end
    var files: [StoredArtifact] = []
    var pending: [(path: Text, depth: Int)] = [("", 0)]
    var lists = 0
    while let directory = pending.popLast(), lists < Self.mostLists {
      lists += 1
      for found in try service.artifacts(of: run.id, in: directory.path.string) {
        if found.size != nil {
          files.append(found)
        } else if directory.depth < Self.mostLevels {
          pending.append((found.path, directory.depth + 1))
        }
      }
    }
    return files
  }

  private static let mostLists = 100
  private static let mostLevels = 16
}
