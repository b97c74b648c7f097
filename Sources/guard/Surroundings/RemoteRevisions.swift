import DVC
import Platform
import Values

/// The refs of other repositories, asked of `git ls-remote`, each repository once.
final class RemoteRevisions: ImportSource {
  private let directory: [UInt8]
  private let environment: ProcessEnvironment
  private var known: [Text: [Text: Text]] = [:]

  /// - Parameter directory: what relative paths of repositories are relative to.
  init(directory: [UInt8], environment: ProcessEnvironment) {
    self.directory = directory
    var environment = environment
    environment["GIT_TERMINAL_PROMPT"] = "0"
    // A hook's variables would lead git to this repository.
    for name in environment.names where name.hasPrefix("GIT_") && name.hasSuffix("_DIR") {
      environment[name] = nil
    }
    self.environment = environment
  }

  func commit(of revision: Text?, in url: Text) throws(ImportSourceError) -> Text {
    if let revision, revision.utf8.count == 40, revision.utf8.allSatisfy(\.isHexadecimal) { return revision }
    let refs = try refs(of: url)
    guard let revision else {
      guard let head = refs["HEAD"] else { throw .unknownRevision("HEAD") }
      return head
    }
    let names: [Text] = [
      "refs/tags/" + revision + "^{}", "refs/tags/" + revision, "refs/heads/" + revision, revision,
    ]
    guard let found = names.lazy.compactMap({ refs[$0] }).first else {
      throw .unknownRevision(revision)
    }
    return found
  }

  private func refs(of url: Text) throws(ImportSourceError) -> [Text: Text] {
    if let refs = known[url] { return refs }
    guard let git = environment.executable(named: "git") else {
      throw .unreachable("the git command is not in PATH")
    }
    var command = Command(
      git, ["ls-remote", "--"].map { Array($0.utf8) } + [url.utf8], environment: environment,
      directory: directory)
    command.deadline = 60_000
    let outcome: Outcome
    do { outcome = try command.run() } catch { throw .unreachable("\(error)") }
    guard outcome.succeeded else {
      throw .unreachable(
        Text(utf8: outcome.error).split(separator: 0x0A).first?.string ?? "git ls-remote failed")
    }
    var refs: [Text: Text] = [:]
    for line in outcome.output.split(separator: 0x0A) {
      let parts = line.split(separator: 0x09, maxSplits: 1)
      if parts.count == 2 { refs[Text(utf8: parts[1])] = Text(utf8: parts[0]) }
    }
    known[url] = refs
    return refs
  }
}

extension UInt8 {
  fileprivate var isHexadecimal: Bool { (0x30...0x39).contains(self) || (0x61...0x66).contains(self) }
}
