import Hashing
import Platform
import Policy
import Remotes
import Reports
import Transfer
import Values

/// DVC's remotes: whether each answers, and as whom guard is there.
struct RemotesExamination {
  private let surroundings: Surroundings
  private let settings: LoadedSettings
  private let asksNetwork: Bool

  init(_ surroundings: Surroundings, _ settings: LoadedSettings, asksNetwork: Bool) {
    self.surroundings = surroundings
    self.settings = settings
    self.asksNetwork = asksNetwork
  }

  func examine(_ examined: inout Doctor.Examined) {
    let names = settings.configuration.remotes.map(\.name)
    guard !names.isEmpty else {
      return examined.say(
        "remote", .warning, "no DVC remote is configured, so data stays on this machine",
        advice: "dvc remote add -d NAME URL")
    }
    if settings.configuration.coreRemote == nil {
      examined.say("remote", .warning, "no remote is the default one", fix: "dvc remote default \(names[0])")
    }
    for name in names { look(at: name, &examined) }
  }

  private func look(at name: Text, _ examined: inout Doctor.Examined) {
    guard let description = settings.remoteDescription(name) else {
      return examined.say(
        "remote", .problem, "'\(name)' leads nowhere", advice: "dvc remote modify \(name) url URL")
    }
    let opened = OpenedRemotes(surroundings.environment).open(description)
    let store: any ObjectStore
    switch opened.store {
    case .success(let found): store = found
    case .failure(let error):
      return examined.say("remote", .problem, "'\(name)' cannot be opened: \(error)")
    }
    let who = description.loginSource(surroundings.environment).map { ", login by \($0)" } ?? ""
    guard asksNetwork else {
      return examined.say("remote", .ok, "'\(name)' is \(store.location)\(who); it was not asked: --offline")
    }
    // Any object does: what is asked is whether there is an answer.
    let key = StoreKey(path: Array("files/md5/d4/1d8cd98f00b204e9800998ecf8427e".utf8))
    switch store.presence(of: [key], Effort(jobs: 1, seconds: 20)).first {
    case .present?, .absent?: examined.say("remote", .ok, "'\(name)' answers at \(store.location)\(who)")
    case .unknown(let error)?:
      examined.say(
        "remote", .problem, "'\(name)' at \(store.location)\(who): \(error)", fix: error.fix(name),
        advice: error.advice(name))
    case nil: examined.say("remote", .problem, "'\(name)' at \(store.location) gives no answer")
    }
  }
}

extension StoreError {
  /// The command with which dvc itself asks a remote that guard does not.
  fileprivate func fix(_ name: Text) -> String? {
    if case .unsupported = self { "dvc status --cloud -r \(ShellCommand.quoted(name.utf8))" } else { nil }
  }

  fileprivate func advice(_ name: Text) -> String? {
    switch self {
    case .unauthorised: "log in there, or set the remote's keys: dvc remote modify --local \(name) KEY VALUE"
    case .unreachable: "look at the network and at the address: dvc remote list"
    case .unsupported, .absent, .throttled, .corrupt, .localFile: nil
    }
  }
}

extension RemoteDescription {
  /// By what guard logs in there, as far as the settings tell it: names of keys and variables, and no secret; `nil` when
  /// nothing of the kind is known, as in a folder.
  fileprivate func loginSource(_ environment: ProcessEnvironment) -> String? {
    let keys = [
      "access_key_id", "account_key", "connection_string", "sas_token", "tenant_id", "credentialpath",
      "profile",
      "user", "password", "token", "bearer_token_command", "keyfile", "custom_auth_header", "cert_path",
    ].filter { text($0) != nil }
    if let key = keys.first {
      return "the remote's \(key)" + (isOwn(key) ? "" : ", which the repository has")
    }
    func set(_ names: [String]) -> String? { names.first { environment[$0] != nil } }
    switch url.prefix(while: { $0 != ":" }).lowercased() {
    case "s3":
      return set(["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"])
        ?? "AWS's own files and services"
    case "gs": return set(["GOOGLE_APPLICATION_CREDENTIALS"]) ?? "Google's own files and services"
    case "azure":
      return set(["AZURE_STORAGE_CONNECTION_STRING", "AZURE_STORAGE_ACCOUNT", "AZURE_CLIENT_ID"])
        ?? "Azure's own services"
    case "ssh": return "the configuration of ssh"
    default: return nil
    }
  }
}
