import Git
import Hashing
import ParameterFiles
import Platform
import Values

/// One call of `guard exec`: every MLflow run below it carries its name in a tag, and what it changed in `dvc.lock` is
/// kept, so that the commit that holds these entries is known to hold the results of those runs.
public struct Session: Hashable, Sendable {
  /// The tag that the runs carry.
  public static let tag = "guard.session"

  /// 32 hexadecimal digits, made by chance.
  public let name: Text
  /// The commit that was checked out; `nil` before the first one.
  public let base: CommitID?
  /// The stage that DVC ran it in, and the `dvc.yaml`'s directory as an absolute path; `nil` outside of a stage. Its
  /// entry in `dvc.lock` is written only later.
  public var stage: Text?
  /// The entries of `dvc.lock` files that came or changed meanwhile.
  public var entries: Set<LockEntry> = []

  /// A session that begins.
  public init(base: CommitID?, stage: Text?) {
    name = Text(Hexadecimal.encode((0..<16).map { _ in UInt8.random(in: .min ... .max) }))
    self.base = base
    self.stage = stage
  }

  /// What `MLFLOW_RUN_CONTEXT` is set to: MLflow gives these tags to each run that begins (3.17,
  /// `tracking/context/system_environment_context.py`).
  /// - Parameter outer: what it is set to already; its tags stay.
  public func runContext(beside outer: String?) -> String {
    var tags: [(key: Text, value: JSON)] = []
    if let outer, let document = JSON(parsing: Array(outer.utf8)), let own = document.object { tags = own }
    let added: [(key: Text, value: JSON)] =
      [(Text(Self.tag), .text(name))]
      + (base.map { [("guard.base", .string($0.description))] } ?? [])
      + (stage.map { [("guard.stage", .text($0))] } ?? [])
    tags = tags.filter { tag in !added.contains { $0.key == tag.key } } + added
    return String(decoding: JSON.object(tags).compact, as: UTF8.self)
  }
}

/// An entry of a `dvc.lock`: a stage with the hashes of what it read and what it made. Two equal ones are of the same
/// results.
public struct LockEntry: Hashable, Sendable {
  /// The name of the stage.
  public let stage: Text
  /// The SHA-256 of the entry, as 64 hexadecimal digits.
  public let digest: Text

  /// An entry.
  public init(stage: Text, digest: Text) {
    self.stage = stage
    self.digest = digest
  }

  /// The entries of a `dvc.lock`; none of one that cannot be read.
  public static func all(in lock: [UInt8]) -> Set<LockEntry> {
    let document: Node
    do throws(ParameterFileError) { document = try ParameterFile.read(lock, format: .yaml) } catch {
      return []
    }
    let entries = document.map?["stages"]?.map?.entries ?? []
    return Set(
      entries.compactMap { entry in
        guard let name = entry.key.text else { return nil }
        let digest = SHA256.hash(of: JSON(entry.value.value).canonical)
        return LockEntry(stage: name, digest: Text(Hexadecimal.encode(digest)))
      })
  }
}

/// The sessions of a repository that no commit has taken up yet: a file for each, below the Git directory.
public struct Sessions {
  private let directory: [UInt8]

  /// The sessions of a repository; all of its work trees share them.
  public init(_ repository: Repository) {
    directory = FileSystem.join(repository.commonDirectory, Array("guard/sessions".utf8))
  }

  /// Keeps a session.
  public func keep(_ session: Session) throws(RunsError) {
    var members: [(key: Text, value: JSON)] = [
      (
        "entries",
        .array(session.entries.map { .array([.text($0.stage), .text($0.digest)]) })
      )
    ]
    if let base = session.base { members.append(("base", .string(base.description))) }
    if let stage = session.stage { members.append(("stage", .text(stage))) }
    do throws(SystemError) {
      try FileSystem.createDirectories(directory)
      try FileSystem.write(JSON.object(members).canonical + [0x0A], to: path(of: session.name))
    } catch {
      throw .disk(error)
    }
  }

  /// Forgets a session: a commit has taken it up.
  public func forget(_ session: Session) throws(RunsError) {
    do throws(SystemError) { try FileSystem.remove(path(of: session.name)) } catch {
      if !error.isMissing { throw .disk(error) }
    }
  }

  /// The sessions, in the order of their names. Files that are none are left alone.
  public func all() throws(RunsError) -> [Session] {
    do throws(SystemError) {
      var sessions: [Session] = []
      let names = try FileSystem.list(directory).map(\.name)
      for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        let bytes = try FileSystem.read(FileSystem.join(directory, name), limit: 1 << 24)
        if let session = Session(name: Text(utf8: name), bytes) { sessions.append(session) }
      }
      return sessions
    } catch {
      // None were kept, or another commit has just taken one up.
      if error.isMissing { return [] }
      throw .disk(error)
    }
  }

  private func path(of name: Text) -> [UInt8] { FileSystem.join(directory, name.utf8) }
}

extension Session {
  /// What a file holds; `nil` when it is no session.
  fileprivate init?(name: Text, _ bytes: [UInt8]) {
    guard name.utf8.count == 32, name.utf8.allSatisfy({ $0.hexadecimalValue != nil }),
      let document = JSON(parsing: bytes), let list = document["entries"]?.array
    else { return nil }
    self.name = name
    base = document["base"]?.text.flatMap { ObjectID(hexadecimal: $0.utf8) }.map(CommitID.init)
    stage = document["stage"]?.text
    entries = Set(
      list.compactMap { item in
        guard let pair = item.array, pair.count == 2, let stage = pair[0].text, let digest = pair[1].text
        else { return nil }
        return LockEntry(stage: stage, digest: digest)
      })
  }
}

extension JSON {
  /// The value of a text of JSON; `nil` when it is none.
  fileprivate init?(parsing bytes: [UInt8]) {
    do throws(ParameterFileError) { self.init(try ParameterFile.read(bytes, format: .json).value) } catch {
      return nil
    }
  }
}
