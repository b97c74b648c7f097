import Git
import Trees
import Values

/// Who made the results of a commit of what, for other tools: SLSA provenance, version 1 (slsa.dev/spec, Build:
/// Provenance), in an in-toto Statement v1. A pipeline of DVC is the build. docs/provenance.md tells what each part is.
public struct Provenance: Sendable {
  /// How the build is described: what the parameters mean, and how to start it.
  public static let buildType: Text = "https://guard-dvc.org/slsa/dvc-pipeline/v1"
  /// A builder that nobody vouches for.
  public static let unverifiedBuilder: Text = "https://guard-dvc.org/slsa/unverified/v1"
  static let predicateType: Text = "https://slsa.dev/provenance/v1"

  private let record: RunRecord
  /// The Git repository as a URI without its commit; `nil` where none is known.
  private let source: Text?
  private let builder: Text
  private let runs: [RunLink]
  private let outputs: [RunRecord.Data]

  /// The provenance of a commit's results.
  /// - Parameters:
  ///   - repository: where the repository is, as Git names it; a path of this machine is not told.
  ///   - builder: the URI of who ran the pipeline.
  ///   - runs: the MLflow runs of the commit, and the runs of the training that gave its results.
  /// - Returns: `nil` when the commit holds no result whose hash DVC recorded.
  public init?(
    of record: RunRecord, repository: Text?, builder: Text = unverifiedBuilder, runs: [RunLink] = []
  ) {
    self.record = record
    source = repository.flatMap(Self.uri)
    self.builder = builder
    self.runs = runs
    var seen: Set<Text> = []
    outputs = record.stages.flatMap(\.outs).filter { seen.insert($0.name).inserted }
    guard outputs.contains(where: { $0.digest != nil }) else { return nil }
  }

  /// The outputs that are left out: DVC recorded no hash of them, and a subject needs one.
  public var outputsWithoutDigest: [Text] { outputs.filter { $0.digest == nil }.map(\.name) }

  /// The document.
  public var statement: JSON {
    .object([
      ("_type", .text(RunRecord.statementType)),
      ("subject", .array(outputs.filter { $0.digest != nil }.map(\.descriptor))),
      ("predicateType", .text(Self.predicateType)),
      (
        Text("predicate"),
        JSON.object([("buildDefinition", buildDefinition), ("runDetails", runDetails)])
      ),
    ])
  }

  // MARK: - What was to be done

  private var buildDefinition: JSON {
    let stages = record.stages.map { stage -> (key: Text, value: JSON) in
      var members: [(key: Text, value: JSON)] = []
      if let command = stage.command { members.append(("cmd", command)) }
      if !stage.parameters.isEmpty {
        members.append(("params", .object(stage.parameters.map { ($0.file, .object($0.values)) })))
      }
      return (stage.name, .object(members))
    }
    var parameters: [(key: Text, value: JSON)] = [("stages", .object(stages))]
    if let source {
      parameters.insert(("source", .text(source + "@" + Text(record.commit.description))), at: 0)
    }
    let digests = record.stages.map { (key: $0.name, value: JSON.text($0.inputDigest)) }
    return .object([
      ("buildType", .text(Self.buildType)), ("externalParameters", .object(parameters)),
      ("internalParameters", .object([("inputDigests", .object(digests))])),
      ("resolvedDependencies", .array([commit] + files { !$0.isLock } + dependencies)),
    ])
  }

  private var commit: JSON {
    let id = Text(record.commit.description)
    var members: [(key: Text, value: JSON)] = [("digest", .object([("gitCommit", .text(id))]))]
    if let source { members.insert(("uri", .text(source + "@" + id)), at: 0) }
    if let introduced = record.introducedBy, introduced != record.commit {
      members.append(
        ("annotations", .object([("resultsIntroducedBy", .string(introduced.description))])))
    }
    return .object(members)
  }

  private func files(_ isWanted: (RunRecord.File) -> Bool) -> [JSON] {
    record.files.filter(isWanted).map { file in
      .object([
        ("name", .text(file.name)),
        ("digest", .object([("gitBlob", .text(file.blob)), ("sha256", .text(file.sha256))])),
        ("mediaType", .text(MediaType.of(file.path.name))),
      ])
    }
  }

  /// What stages depend on and none of them makes, each once.
  private var dependencies: [JSON] {
    let made = Set(outputs.map(\.name))
    var seen: Set<Text> = []
    return record.stages.flatMap(\.deps)
      .filter { dep in !dep.name.directoriesUpward.contains(where: made.contains) }
      .filter { seen.insert($0.name).inserted }.map(\.descriptor)
  }

  // MARK: - How it was done

  private var runDetails: JSON {
    var members: [(key: Text, value: JSON)] = [("builder", .object([("id", .text(builder))]))]
    let trainings = Set(runs.filter(\.isOfTraining).map(\.uri))
    // Of several runs none is the one.
    if trainings.count == 1, let training = trainings.first {
      members.append(("metadata", .object([("invocationId", .text(training))])))
    }
    let byproducts = files(\.isLock) + runs.map(Self.byproduct)
    if !byproducts.isEmpty { members.append(("byproducts", .array(byproducts))) }
    return .object(members)
  }

  private static func byproduct(_ run: RunLink) -> JSON {
    var annotations: [(key: Text, value: JSON)] = [("role", .string(run.role.rawValue))]
    if let stage = run.stage { annotations.append(("stage", .text(stage))) }
    if let evidence = run.evidence { annotations.append(("evidence", .string(evidence.rawValue))) }
    if run.isAmbiguous { annotations.append(("ambiguous", .bool(true))) }
    return .object([
      ("name", .text("mlflow/" + run.run)), ("uri", .text(run.uri)), ("annotations", .object(annotations)),
    ])
  }

  /// A repository's URL as a URI of SPDX (`git+https://…`), without user and password; `nil` for a path.
  private static func uri(_ url: Text) -> Text? {
    let plain = Text(
      utf8: URLText.withoutUser(url).utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
    if let scheme = plain.firstIndex(of: "://") {
      return plain.utf8[..<scheme].elementsEqual("file".utf8) ? nil : "git+" + plain
    }
    // The short form of SSH, `user@host:path`: a path has a slash before its first colon, or no colon (git-clone(1)).
    guard let colon = plain.firstIndex(of: ":"), !plain.utf8[..<colon].contains(UInt8(ascii: "/")) else {
      return nil
    }
    let host = plain.utf8[..<colon].split(separator: UInt8(ascii: "@")).last ?? []
    let path = plain.utf8[(colon + 1)...].drop { $0 == UInt8(ascii: "/") }
    return "git+ssh://" + Text(utf8: host) + "/" + Text(utf8: path)
  }
}

extension RunRecord.File {
  /// Whether it is what DVC wrote of the run.
  fileprivate var isLock: Bool { path.name.elementsEqual("dvc.lock".utf8) }

  fileprivate var path: RepositoryPath { RepositoryPath(normalized: name.utf8) }
}

extension RunRecord.Data {
  /// A ResourceDescriptor of in-toto.
  fileprivate var descriptor: JSON {
    var members: [(key: Text, value: JSON)] = [("name", .text(name))]
    if let digest {
      members.append(("digest", .object([(digest.name, .text(digest.value))])))
    } else {
      members.append(("uri", .text(name)))
    }
    if !annotations.isEmpty { members.append(("annotations", .object(annotations))) }
    return .object(members)
  }
}

extension RunLink {
  /// The page, or, where there is no server, the URI that MLflow itself has for a run.
  fileprivate var uri: Text {
    server.hasPrefix("http://") || server.hasPrefix("https://") ? page : "runs:/" + run
  }
}

extension Text {
  /// A path and the directories above it.
  fileprivate var directoriesUpward: [Text] {
    var paths = [self]
    for index in utf8.indices.reversed() where utf8[index] == UInt8(ascii: "/") && index > 0 {
      paths.append(Text(utf8: utf8[..<index]))
    }
    return paths
  }
}
