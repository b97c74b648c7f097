import Git
import Hashing
import ParameterFiles
import Trees
import Values

/// The record of a commit: what it is, in one line that follows from the commit alone. An in-toto Statement v1
/// (docs/schemas/run-record-1.json).
public struct RunRecord: Sendable {
  /// What the predicate is: the name of the format, which never changes its meaning.
  public static let predicateType: Text = "https://guard-dvc.org/run-record/v1"
  /// The schema that this guard writes.
  public static let schema = 1
  static let statementType: Text = "https://in-toto.io/Statement/v1"

  /// The commit that it is of.
  public let commit: CommitID
  /// Everything that it says of the commit, the keys of each object in their order.
  public let predicate: JSON
  /// The line as it is kept, with a line feed at its end: equal commits give equal bytes.
  public let line: [UInt8]
  /// Whether this clone ends before the commits that ``results`` depends on: another one may know more.
  public let isCutOff: Bool

  /// - Parameter predicate: with the keys of each object in their order.
  init(commit: CommitID, predicate: JSON, isCutOff: Bool = false) {
    self.commit = commit
    self.predicate = predicate
    self.isCutOff = isCutOff
    line = Self.statement(of: commit, predicate).compact + [0x0A]
  }

  /// The statement around the predicate.
  public var statement: JSON { Self.statement(of: commit, predicate) }

  /// The keys are in their order here, too.
  private static func statement(of commit: CommitID, _ predicate: JSON) -> JSON {
    let subject = JSON.object([("digest", .object([("gitCommit", .string(commit.description))]))])
    return .object([
      ("_type", .text(statementType)), (Text("predicate"), predicate),
      ("predicateType", .text(predicateType)),
      ("subject", .array([subject])),
    ])
  }

  /// The SHA-256 of the line, as 64 hexadecimal digits.
  public var digest: Text { Text(Hexadecimal.encode(SHA256.hash(of: line))) }

  /// The record that a line holds; `nil` for a line that is none.
  public init?(line: some Collection<UInt8>) {
    let bytes = Array(line)
    let document: JSON
    do throws(ParameterFileError) {
      document = JSON(try ParameterFile.read(bytes, format: .json).value)
    } catch {
      return nil
    }
    guard document["_type"]?.text == Self.statementType,
      document["predicateType"]?.text == Self.predicateType,
      let subject = document["subject"]?.array, subject.count == 1,
      let digits = subject.first?["digest"]?["gitCommit"]?.text, let id = ObjectID(hexadecimal: digits.utf8),
      let predicate = document["predicate"], predicate["schema"]?.int != nil
    else { return nil }
    commit = CommitID(id)
    self.predicate = predicate.sorted
    self.line = bytes.last == 0x0A ? bytes : bytes + [0x0A]
    isCutOff = false
  }
}

/// What a record says.
extension RunRecord {
  /// A file in Git.
  public struct File: Sendable {
    /// The path from the root of the repository; one that is not UTF-8 is in quotes, as Git prints it.
    public let name: Text
    /// The blob, in hexadecimal digits.
    public let blob: Text
    /// The SHA-256 of the bytes that Git holds.
    public let sha256: Text
  }

  /// Data by its hash.
  public struct Data: Sendable {
    /// The path from the root of the repository, or a URL.
    public let name: Text
    /// The name of the hash (`md5`, `dvcDirMd5`, `dvcMd5Dos2unix`, `dvcDirMd5Dos2unix`) and its letters; `nil` when
    /// there is none.
    public let digest: (name: Text, value: Text)?
    /// What else is recorded of it: `size`, `nfiles`, `dvcFile` and more.
    public let annotations: [(key: Text, value: JSON)]
  }

  /// A stage of a pipeline, as its last run was recorded.
  public struct Stage: Sendable {
    /// The name, with the path of its `dvc.yaml` before it unless that is the one at the root.
    public let name: Text
    /// The command, a text or a list of them; `nil` when there is none.
    public let command: JSON?
    /// 64 hexadecimal digits that stand for command, dependencies and parameters.
    public let inputDigest: Text
    /// What it depends on.
    public let deps: [Data]
    /// The values of its parameters by file and key.
    public let parameters: [(file: Text, values: [(key: Text, value: JSON)])]
    /// What it made.
    public let outs: [Data]
  }

  /// The schema that it was written in.
  public var schema: Int { predicate["schema"]?.int ?? 0 }
  /// The files that say what was run: `dvc.yaml`, `dvc.lock`, parameters, environment.
  public var files: [File] {
    (predicate["files"]?.array ?? []).compactMap { file in
      guard let name = file["name"]?.text, let blob = file["digest"]?["gitBlob"]?.text,
        let sha256 = file["digest"]?["sha256"]?.text
      else { return nil }
      return File(name: name, blob: blob, sha256: sha256)
    }
  }
  /// The commits before it, the first parent first.
  public var parents: [CommitID] {
    (predicate["commit"]?["parents"]?.array ?? []).compactMap { parent in
      parent.text.flatMap { ObjectID(hexadecimal: $0.utf8) }.map { CommitID($0) }
    }
  }
  /// What keeps the environment (`pip`, `conda`, `uv`, …) and the file that tells it; `nil` when there is none.
  public var environment: (kind: Text, file: Text)? {
    guard let kind = predicate["environment"]?["kind"]?.text,
      let file = predicate["environment"]?["file"]?.text
    else { return nil }
    return (kind, file)
  }
  /// The values of all parameters by their keys, in the order of the keys.
  public var parameters: [(key: Text, value: JSON)] { predicate["params"]?.object ?? [] }
  /// The values of all metrics by file and key, in their order: numbers, truth values and texts.
  public var metrics: [(file: Text, values: [(key: Text, value: JSON)])] {
    (predicate["metrics"]?.object ?? []).map { ($0.key, $0.value.object ?? []) }
  }
  /// The stages, in the order of their names.
  public var stages: [Stage] {
    (predicate["stages"]?.object ?? []).compactMap { entry in
      guard let digest = entry.value["inputDigest"]?.text else { return nil }
      return Stage(
        name: entry.key, command: entry.value["cmd"], inputDigest: digest,
        deps: Self.data(entry.value["deps"]),
        parameters: (entry.value["params"]?.object ?? []).map { ($0.key, $0.value.object ?? []) },
        outs: Self.data(entry.value["outs"]))
    }
  }
  /// All that is recorded of each stage, by its name.
  var stageEntries: [Text: JSON] { Dictionary(predicate["stages"]?.object ?? []) { $1 } }
  /// The data of `.dvc` files.
  public var data: [Data] { Self.data(predicate["data"]) }
  /// The commit that brought the results; `nil` when there are none, or it is not known.
  public var introducedBy: CommitID? {
    predicate["results"]?["introducedBy"]?.text.flatMap { ObjectID(hexadecimal: $0.utf8) }.map(CommitID.init)
  }
  /// The keys of parameters and metrics whose values were left out.
  public var redacted: [Text] { (predicate["redacted"]?.array ?? []).compactMap(\.text) }
  /// What could not be read, and why.
  public var unreadable: [(name: Text, why: Text)] {
    (predicate["unreadable"]?.array ?? []).compactMap { item in
      guard let name = item["name"]?.text, let why = item["why"]?.text else { return nil }
      return (name, why)
    }
  }
  /// Whether it was so long that parts of it are only counted.
  public var isTruncated: Bool { predicate["truncated"]?.bool ?? false }

  private static func data(_ list: JSON?) -> [Data] {
    (list?.array ?? []).compactMap { item in
      guard let name = item["name"]?.text else { return nil }
      return Data(
        name: name,
        digest: item["digest"]?.object?.first.flatMap { entry in entry.value.text.map { (entry.key, $0) } },
        annotations: item["annotations"]?.object ?? [])
    }
  }
}

/// Comparing what is kept with what a commit says.
extension RunRecord {
  /// The members of the predicate in which two records of one commit differ, in the order of their names. Where one
  /// of the two was made in a clone that ends too early, what it does not know of the results does not count.
  public func differences(from other: RunRecord) -> [Text] {
    guard commit == other.commit else { return ["subject"] }
    guard line != other.line else { return [] }
    let (own, others) = (comparable(beside: other), other.comparable(beside: self))
    let keys = Set((own.object ?? []).map(\.key)).union((others.object ?? []).map(\.key))
    return keys.filter { own[$0] != others[$0] }.sorted()
  }

  /// The places in the predicate in which this record differs from another one of its commit.
  public func details(comparedWith other: RunRecord) -> [RecordDifference] {
    RecordDifference.between(comparable(beside: other), other.comparable(beside: self))
  }

  /// The predicate without what one of the two records cannot know.
  private func comparable(beside other: RunRecord) -> JSON {
    guard isCutOff || other.isCutOff, case .object(let members) = predicate else { return predicate }
    return .object(
      members.compactMap { key, value in
        guard key == "results", case .object(let results) = value else { return (key, value) }
        let known = results.filter { other.predicate["results"]?[$0.key] != nil }
        return known.isEmpty ? nil : (key, .object(known))
      })
  }
}
