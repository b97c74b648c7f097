import DVC
import Git
import MLflow
import Platform
import Policy
import Reports
import Trees
import Values

/// What `guard config` tells: the policy, and what DVC and MLflow are set to.
struct SettingRows {
  /// Which policy.
  enum Scope {
    /// The files here and now.
    case workTree
    /// What is staged.
    case staged
    /// A commit's.
    case commit(String)
  }

  /// How the policy is found.
  let check: CheckRun
  /// The path whose part of the policy counts.
  var path: RepositoryPath?

  private let surroundings: Surroundings

  init(_ check: CheckRun) {
    self.check = check
    surroundings = check.surroundings
  }

  /// All rows.
  func rows(_ scope: Scope) throws(Failure) -> [SettingList.Row] {
    let tree = try tree(scope)
    let policy: Policy
    do throws(JudgementError) {
      policy = Policy(try check.layers(for: tree), branches: try check.branchesInForce())
    } catch {
      throw Failure("\(error)")
    }
    return try policy.settings(at: path).map(SettingList.Row.init) + environmentRows + dvcRows(of: tree)
      + trackingRows(policy)
  }

  /// Files that only look like policy, a line each.
  func misnamed(_ scope: Scope) throws(Failure) -> [String] {
    let tree = try tree(scope)
    do throws(JudgementError) { return try MisnamedFile.all(in: tree).map(\.words) } catch {
      throw Failure("\(error)")
    }
  }

  private func tree(_ scope: Scope) throws(Failure) -> any FileTree {
    let repository = try surroundings.repository()
    switch scope {
    case .staged: return try surroundings.index()
    case .commit(let revision):
      do { return try repository.tree(named: revision) } catch { throw Failure(error) }
    case .workTree:
      guard let root = repository.workTree else { return try tree(.commit("HEAD")) }
      return try surroundings.workTree(of: repository, at: root)
    }
  }

  private var environmentRows: [SettingList.Row] {
    ["GUARD", "GUARD_SKIP"].compactMap { (name: String) in
      surroundings.environment[name].flatMap { $0.isEmpty ? nil : $0 }
        .map { SettingList.Row(Text(name), $0, from: .environment(name)) }
    }
  }

  // MARK: - DVC

  private func dvcRows(of tree: any FileTree) throws(Failure) -> [SettingList.Row] {
    let roots: [RepositoryPath]
    do throws(JudgementError) { roots = try ProjectReader.roots(in: tree) } catch {
      throw Failure("\(error)")
    }
    let repository = try surroundings.repository()
    let treeRoot = repository.workTree ?? repository.gitDirectory
    var rows: [SettingList.Row] = []
    for root in roots {
      let settings =
        if let tree = tree as? ObjectTree {
          try surroundings.settings(of: root, in: tree, treeRoot: treeRoot)
        } else {
          try surroundings.settings(
            ofWorkTreeProject: root.isRoot ? treeRoot : FileSystem.join(treeRoot, root.bytes))
        }
      rows += self.rows(of: settings, root)
    }
    return rows
  }

  private func rows(of settings: LoadedSettings, _ root: RepositoryPath) -> [SettingList.Row] {
    let prefix = root.isRoot ? Text("dvc.") : Text("dvc[\(root)].")
    let configuration = settings.configuration
    let isDefault = configuration.cacheDirectory == nil && configuration.cacheRemote == nil
    let files = SettingList.Origin.file("DVC's configuration", line: nil)
    var rows = [
      SettingList.Row(
        prefix + "cache", String(decoding: settings.cacheDirectory, as: UTF8.self),
        from: isDefault ? .standard : files)
    ]
    if let name = configuration.coreRemote {
      rows.append(SettingList.Row(prefix + "default-remote", name.string, from: files))
    }
    for remote in configuration.remotes {
      for setting in remote.settings {
        rows.append(
          SettingList.Row(
            prefix + "remote." + remote.name + "." + setting.key, setting.shown(home: settings.home),
            from: .file(setting.level.file(of: root), line: setting.line)))
      }
    }
    return rows
  }

  // MARK: - MLflow

  private func trackingRows(_ policy: Policy) throws(Failure) -> [SettingList.Row] {
    guard let (uri, _) = try surroundings.trackingURI(policy.tracking),
      let tracking = try surroundings.tracking(policy.tracking)
    else { return [SettingList.Row("tracking.place", "(none)", .null, from: .standard)] }
    let variable = "MLFLOW_TRACKING_URI"
    let origin: SettingList.Origin
    if let set = policy.setting("mlflow.tracking-uri") {
      origin = .file(set.origin.name, line: set.origin.line)
    } else {
      let isSet = surroundings.environment[variable].map { !$0.isEmpty } ?? false
      origin = isSet ? .environment(variable) : .file("mlflow.db", line: nil)
    }
    let login = TrackingTarget.loginSource(uri: uri, tracking.environment)
    return [
      SettingList.Row("tracking.place", tracking.target.name, from: origin),
      SettingList.Row("tracking.experiment", tracking.experiment.shown, from: experimentOrigin(policy)),
      SettingList.Row(
        "tracking.login", login == nil ? "(none)" : "(set)", login == nil ? .null : .string("(set)"),
        from: login.map { .environment($0) } ?? .standard),
    ]
  }

  private func experimentOrigin(_ policy: Policy) -> SettingList.Origin {
    if let set = policy.setting("mlflow.experiment") {
      return .file(set.origin.name, line: set.origin.line)
    }
    for name in ["MLFLOW_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_ID"] {
      if let value = surroundings.environment[name], !value.isEmpty { return .environment(name) }
    }
    return .standard
  }
}

extension ExperimentChoice {
  fileprivate var shown: String {
    switch self {
    case .name(let name): name
    case .id(let id): "the one with the id \(id)"
    case .both(let name, let id): "\(name), with the id \(id)"
    }
  }
}

extension ConfigurationLayer.Level {
  /// The file, as a person knows it.
  fileprivate func file(of root: RepositoryPath) -> String {
    let folder = root.isRoot ? ".dvc" : "\(root)/.dvc"
    switch self {
    case .system: return "DVC's configuration of the machine"
    case .global: return "DVC's configuration of the user"
    case .repo: return "\(folder)/config"
    case .local: return "\(folder)/config.local"
    }
  }
}

extension Remote.Setting {
  /// The value, when it is known to be no secret: what is not known is not shown.
  fileprivate func shown(home: (Text) -> [UInt8]?) -> String {
    guard Self.open.contains(key) else { return "(set)" }
    if let path {
      return TrackingTarget.withoutLogin(String(decoding: path.resolved(home: home), as: UTF8.self))
    }
    switch value {
    case .text(let text): return text.string
    case .list(let list): return list.map(\.string).joined(separator: ", ")
    case .section: return "(set)"
    }
  }

  /// Keys that say where and how, and nothing that anybody could log in with (DVC 3.67, `dvc/config_schema.py`).
  private static let open: Set<Text> = [
    "url", "region", "endpointurl", "profile", "jobs", "verify", "ssl_verify", "use_ssl", "auth",
    "ask_password",
    "keyfile", "port", "user", "account_name", "projectname", "version_aware", "worktree", "checksum_jobs",
    "read_timeout", "connect_timeout", "listobjects", "method", "cert_path", "credentialpath", "configpath",
    "shared", "type", "allow_agent", "gss_auth", "verify_remote", "read_only",
  ]
}
