import Git
import ParameterFiles
import Values

/// A fact about a commit that does not follow from the commit: one line in `refs/notes/guard/links`.
public enum Link: Hashable, Sendable {
  /// The commit was made from another one by `git commit --amend` or `git rebase`.
  case rewrite(from: CommitID, how: Text)
  /// A run on an MLflow server.
  case run(RunLink)
  /// The results are those of a call of `guard exec`, whose name its runs carry in a tag.
  case session(Text)
  /// Somebody deleted the commit's run at a server: it is not made there again.
  case withdrawn(server: Text)
  /// Somebody signed the commit's record.
  case signature(Signature)
}

/// A run on an MLflow server that belongs to a commit.
public struct RunLink: Hashable, Sendable {
  /// What the run is to the commit.
  public enum Role: String, Hashable, Sendable {
    /// guard made it of the record.
    case record
    /// It gave the results of the commit.
    case training
  }

  /// How a training run was found, the strongest first.
  public enum Evidence: String, Hashable, Sendable {
    /// A file of the commit names it.
    case runIDFile = "run-id-file"
    /// It carries the tags that guard had it started with.
    case injected
    /// It is the only one whose base, parameters and metrics fit.
    case inferred
    /// It is the one of another commit that has the same results: this one brought none, or brought them back.
    case inherited

    /// Whether somebody named it: then the run may be told so, or become the commit's own.
    var isCertain: Bool {
      switch self {
      case .runIDFile, .injected: true
      case .inferred, .inherited: false
      }
    }
  }

  /// What the run is to the commit.
  public var role: Role
  /// The run's id.
  public var run: Text
  /// The id of its experiment.
  public var experiment: Text
  /// Where the server is, without user and password.
  public var server: Text
  /// The server's workspace; `nil` where it has none.
  public var workspace: Text?
  /// How a training run was found.
  public var evidence: Evidence?
  /// The stage whose run it was.
  public var stage: Text?
  /// Whether others fitted as well.
  public var isAmbiguous: Bool

  /// A run of a server.
  /// - Parameter server: the tracking URI; user, password, query and slashes at its end are taken off.
  public init(
    _ role: Role, run: Text, experiment: Text, server: Text, workspace: Text? = nil,
    evidence: Evidence? = nil,
    stage: Text? = nil, isAmbiguous: Bool = false
  ) {
    self.role = role
    self.run = run
    self.experiment = experiment
    var url = URLText.withoutUser(server).utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    while url.last == UInt8(ascii: "/") { url.removeLast() }
    self.server = Text(utf8: url)
    self.workspace = workspace
    self.evidence = evidence
    self.stage = stage
    self.isAmbiguous = isAmbiguous
  }
}

extension RunLink {
  /// Whether it is the run of a training: the one that was found, or the commit's own when that was adopted.
  public var isOfTraining: Bool { role == .training || evidence != nil }
}

extension Link {
  /// Whether it names a run that guard made of the commit's record, or made until somebody deleted it.
  public var isRun: Bool {
    switch self {
    case .run(let link): link.role == .record
    case .withdrawn: true
    case .rewrite, .session, .signature: false
    }
  }

  /// Whether it is a signature of the commit's record.
  public var isSignature: Bool { if case .signature = self { true } else { false } }

  /// Whether it names the run of a training.
  public var isOfTraining: Bool { if case .run(let run) = self { run.isOfTraining } else { false } }

  /// The server that it names, without user and password; `nil` when it is about none.
  public var server: Text? {
    switch self {
    case .run(let link): link.server
    case .withdrawn(let server): server
    case .rewrite, .session, .signature: nil
    }
  }

  /// The line as it is kept: equal facts give equal bytes, so that lines can be joined as a set.
  public var line: [UInt8] { json.canonical + [0x0A] }

  private var json: JSON {
    switch self {
    case .rewrite(let commit, let how):
      return .object([("t", .string("rewrite")), ("from", .string(commit.description)), ("how", .text(how))])
    case .run(let link):
      var entries: [(key: Text, value: JSON)] = [
        ("t", .string("mlflow")), ("role", .string(link.role.rawValue)), ("run", .text(link.run)),
        ("experiment", .text(link.experiment)), ("server", .text(link.server)),
      ]
      if let workspace = link.workspace { entries.append(("workspace", .text(workspace))) }
      if let evidence = link.evidence { entries.append(("evidence", .string(evidence.rawValue))) }
      if let stage = link.stage { entries.append(("stage", .text(stage))) }
      if link.isAmbiguous { entries.append(("ambiguous", .bool(true))) }
      return .object(entries)
    case .session(let name): return .object([("t", .string("session")), ("session", .text(name))])
    case .withdrawn(let server): return .object([("t", .string("withdrawn")), ("server", .text(server))])
    case .signature(let signature): return signature.json
    }
  }

  /// The fact that a line tells; `nil` for one that this guard does not know.
  public init?(line: some Collection<UInt8>) {
    let document: JSON
    do throws(ParameterFileError) {
      document = JSON(try ParameterFile.read(Array(line), format: .json).value)
    } catch {
      return nil
    }
    switch document["t"]?.text {
    case "rewrite":
      guard let digits = document["from"]?.text, let id = ObjectID(hexadecimal: digits.utf8) else {
        return nil
      }
      self = .rewrite(from: CommitID(id), how: document["how"]?.text ?? "")
    case "mlflow":
      guard let link = RunLink(document) else { return nil }
      self = .run(link)
    case "session":
      guard let name = document["session"]?.text else { return nil }
      self = .session(name)
    case "withdrawn":
      guard let server = document["server"]?.text else { return nil }
      self = .withdrawn(server: server)
    case "signature": self = .signature(Signature(document))
    default: return nil
    }
  }
}

extension RunLink {
  /// Where a person looks at the run in MLflow's own pages.
  public var page: Text { server + "/#/experiments/" + experiment + "/runs/" + run }

  fileprivate init?(_ document: JSON) {
    guard let role = document["role"]?.text.flatMap({ Role(rawValue: $0.string) }),
      let run = document["run"]?.text,
      let server = document["server"]?.text
    else { return nil }
    self.init(
      role, run: run, experiment: document["experiment"]?.text ?? "", server: server,
      workspace: document["workspace"]?.text,
      evidence: document["evidence"]?.text.flatMap { Evidence(rawValue: $0.string) },
      stage: document["stage"]?.text, isAmbiguous: document["ambiguous"]?.bool ?? false)
  }
}
