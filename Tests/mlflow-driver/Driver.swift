import MLflow
import ParameterFiles
import Platform
import Values

/// `mlflow-driver WRITER EXPERIMENT [list]`: gives each commit a run, for tests at real servers. Runs come as lines of
/// JSON, and what came of each goes out as one. Where to is what MLflow's variables say; with `list` all runs are
/// looked up first.
@main
enum Driver {
  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    guard let writer = words.first, let experiment = words.dropFirst().first else { throw Unusable() }
    let environment = ProcessEnvironment.current()
    let target: TrackingTarget
    let choice: ExperimentChoice
    do throws(TrackingError) {
      target = try TrackingTarget(uri: environment["MLFLOW_TRACKING_URI"] ?? "", environment)
      choice = try ExperimentChoice(policy: nil, environment, repository: experiment)
    } catch {
      return say(.failed(error), 0)
    }
    let store = TrackingStore(
      target, experiment: choice, writer: writer, environment, directory: try FileSystem.currentDirectory())
    let lines = try StandardStream.input.readAll(limit: 1 << 28).split(separator: UInt8(ascii: "\n"))
    if words.contains("list") { try store.listMirrored() }
    for line in lines {
      let begin = SystemClock.monotonicNanoseconds
      let outcome = store.mirror(try run(ParameterFile.read(Array(line), format: .json)))
      say(outcome, (SystemClock.monotonicNanoseconds - begin) / 1000)
    }
  }

  private struct Unusable: Error {}

  private static func run(_ document: Node) throws -> MirroredRun {
    guard let map = document.map, let commit = map["commit"]?.text?.string else { throw Unusable() }
    func pairs(_ key: Text) -> [(key: Text, value: Value)] {
      (map[key]?.map?.entries ?? []).compactMap { entry in entry.key.text.map { ($0, entry.value.value) } }
    }
    let time = Int64(number(map["time"]?.value) ?? 0)
    return MirroredRun(
      commit: commit, recordDigest: map["record"]?.text?.string ?? "",
      name: "git-" + String(commit.prefix(12)), start: time, end: time, parameters: pairs("params"),
      metrics: pairs("metrics").map { ($0.key, number($0.value) ?? .nan) },
      tags: pairs("tags").map { ($0.key, $0.value.pythonString) },
      datasets: (map["datasets"]?.list ?? []).compactMap { node in
        let words = (node.list ?? []).compactMap(\.text)
        guard words.count == 4 else { return nil }
        return MirroredRun.Dataset(
          name: words[0], digest: words[1].string, source: words[2].string, contexts: [words[3].string])
      },
      artifacts: pairs("artifacts").map {
        MirroredRun.Artifact(name: $0.key, content: .bytes($0.value.pythonString.utf8))
      })
  }

  private static func number(_ value: Value?) -> Double? {
    switch value {
    case .integer(let integer): Double(integer.description)
    case .float(let double): double
    default: nil
    }
  }

  private static func say(_ outcome: MirrorOutcome, _ microseconds: Int64) {
    var members: [(String, String)] =
      switch outcome {
      case .mirrored(let run, let experiment):
        [("outcome", "mirrored"), ("run", run), ("experiment", experiment)]
      case .deletedByUser: [("outcome", "deleted")]
      case .busy(let writer): [("outcome", "busy"), ("writer", writer)]
      case .failed(let error):
        [
          ("outcome", "failed"), ("kind", "\(error.kind)"), ("message", error.message),
          ("hint", error.hint ?? ""),
        ]
      }
    members.append(("microseconds", String(microseconds)))
    print(JSONText.object(members.map { ($0.0, JSONText.quoted($0.1)) }))
  }
}
