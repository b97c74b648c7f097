import DVC
import Trees
import Values

/// The metrics of a commit: what `dvc metrics show --json` tells of those that Git holds (DVC 3.67,
/// `dvc/repo/metrics/show.py`).
struct MetricSection {
  /// The values of each file by their keys, with dots between the names of nested maps; of a file that holds one value
  /// alone, the key is empty.
  private(set) var values: [RepositoryPath: [Text: JSON]] = [:]
  /// The files that Git holds, read or not.
  private(set) var files: Set<RepositoryPath> = []

  init(of contents: CommitContents) {
    for project in contents.projects {
      for out in project.readableStages.flatMap(\.outs) {
        guard case .metrics = out.role, let path = out.reference.path else { continue }
        read(path, project, contents, otherwise: out.isCached ? .notInGit : .missing)
      }
      for path in project.files.flatMap(\.named.metrics) {
        read(path, project, contents, otherwise: .missing)
      }
    }
  }

  private mutating func read(
    _ path: RepositoryPath, _ project: Project, _ contents: CommitContents,
    otherwise reason: Unreadable.Reason
  ) {
    guard let files = contents.files(at: path) else { return contents.note(path, reason) }
    for file in files where self.files.insert(file).inserted {
      do throws(DVCError) {
        let document = try project.document(at: file)
        var leaves: [Text: JSON] = [:]
        Self.add(document.value, key: "", to: &leaves)
        values[file] = leaves
      } catch {
        contents.note(error)
      }
    }
  }

  /// DVC takes numbers, truth values and texts, and goes into maps.
  private static func add(_ value: Value, key: Text, to leaves: inout [Text: JSON]) {
    switch value {
    case .map(let map):
      for entry in map.entries {
        let name = entry.key.value.pythonString
        add(entry.value.value, key: key.isEmpty ? name : key + "." + name, to: &leaves)
      }
    case .integer, .float, .bool, .string: if leaves[key] == nil { leaves[key] = JSON(value) }
    default: return
    }
  }
}
