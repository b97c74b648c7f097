import DVC
import Git
import Platform
import Policy
import Reports
import Trees
import Values

/// DVC: the program, its repositories here, what it is doing now.
struct DVCExamination {
  private let surroundings: Surroundings
  private let asksNetwork: Bool

  init(_ surroundings: Surroundings, asksNetwork: Bool) {
    self.surroundings = surroundings
    self.asksNetwork = asksNetwork
  }

  func examine(_ examined: inout Doctor.Examined) {
    program(&examined)
    examined.trying("dvc") { examined throws(Failure) in
      // In a bare repository there is nothing to see: commits are judged there.
      guard try surroundings.repository().workTree != nil else { return }
      let roots = try roots()
      if roots.isEmpty {
        examined.say("dvc", .warning, "this is no DVC repository, so nothing is judged", fix: "dvc init")
      }
      for root in roots {
        examined.trying("dvc") { examined throws(Failure) in try look(at: root, &examined) }
      }
    }
  }

  private func program(_ examined: inout Doctor.Examined) {
    guard let dvc = surroundings.environment.executable(named: "dvc") else {
      return examined.say(
        "dvc", .warning, "there is no dvc in PATH: guard does without, what its fix lines say does not",
        fix: "pipx install dvc")
    }
    let path = String(decoding: dvc, as: UTF8.self)
    guard let version = surroundings.answer(dvc, ["--version"]) else {
      return examined.say(
        "dvc", .problem, "\(path) does not say its version", fix: "\(ShellCommand.quoted(dvc)) --version")
    }
    let isOther = !version.hasPrefix("3.")
    examined.say(
      "dvc", isOther ? .warning : .ok,
      "dvc \(version)" + (isOther ? ", and guard says what dvc 3 (3.67) says" : ""))
  }

  /// The roots of the DVC repositories here, staged or not.
  private func roots() throws(Failure) -> [RepositoryPath] {
    let repository = try surroundings.repository()
    let here = try surroundings.projectRoot(in: repository).map { [$0] } ?? []
    let staged: [RepositoryPath]
    do throws(Failure) { staged = try surroundings.projectRoots(in: try surroundings.index()) } catch {
      return here
    }
    return (here + staged.filter { !here.contains($0) }).sorted()
  }

  private func look(at root: RepositoryPath, _ examined: inout Doctor.Examined) throws(Failure) {
    let repository = try surroundings.repository()
    guard let workTree = repository.workTree else { return }
    let directory = root.isRoot ? workTree : FileSystem.join(workTree, root.bytes)
    guard FileSystem.isDirectory(directory) else { return }
    let settings: LoadedSettings
    do throws(Failure) { settings = try surroundings.settings(ofWorkTreeProject: directory) } catch {
      return examined.say("dvc", .problem, error.message, advice: configurationMend(error, root, directory))
    }
    examined.say("dvc", .ok, "its configuration \(root.isRoot ? "" : "in \(root) ")can be read")
    siteCache(settings, &examined)
    running(below: directory, &examined)
    let isNamed =
      settings.configuration.cacheDirectory != nil || settings.configuration.cacheRemote != nil
    CacheExamination(settings.cacheDirectory, isConfigured: isNamed).examine(&examined)
    links(root, settings, &examined)
    RemotesExamination(surroundings, settings, asksNetwork: asksNetwork).examine(&examined)
  }

  /// What mends a configuration that cannot be read; the error names the file and the line.
  private func configurationMend(_ error: Failure, _ root: RepositoryPath, _ directory: [UInt8]) -> String {
    let byHand = "mend it there"
    let own = FileSystem.join(directory, Array(".dvc/config".utf8))
    guard error.message.hasPrefix("\(String(decoding: own, as: UTF8.self)):") else { return byHand }
    let file = root.appending(Array(".dvc".utf8)).appending(Array("config".utf8))
    do {
      let staged = try surroundings.index().contents(of: file)
      guard staged != (try FileSystem.read(own, limit: 1 << 24)) else { return byHand }
    } catch {
      // Git has no other one.
      return byHand
    }
    return "\(byHand), or bring back what Git has: \(ShellCommand("git checkout --", [file]))"
  }

  /// The folder that DVC shares between users (DVC 3.67, `dvc/dirs.py`: `/var/tmp/dvc` on Linux): one of another user
  /// stops every command.
  private func siteCache(_ settings: LoadedSettings, _ examined: inout Doctor.Examined) {
    let environment = surroundings.environment
    let place =
      environment[bytes: "DVC_SITE_CACHE_DIR"] ?? settings.configuration.siteCacheDirectory?.utf8
      ?? Array("/var/tmp/dvc".utf8)
    let folder = [FileSystem.join(place, Array("repo".utf8)), place].first { FileSystem.exists($0) }
    guard let folder, !FileSystem.isWritable(folder) else { return }
    examined.say(
      "dvc", .problem,
      "its folder \(String(decoding: folder, as: UTF8.self)) belongs to another user, and dvc fails by that",
      fix: "dvc config --local core.site_cache_dir ~/.cache/dvc-site")
  }

  private func running(below root: [UInt8], _ examined: inout Doctor.Examined) {
    let file = FileSystem.join(root, Array(".dvc/tmp/rwlock".utf8))
    let writes: [RunningWrite]
    // DVC makes the file anew, whatever is in it.
    do throws(SystemError) {
      writes = RunningWrite.read(try FileSystem.read(file, limit: 1 << 20), below: root)
    } catch {
      return
    }
    let alive = Set(writes.map(\.process)).filter { RunningProcess.exists($0) }.sorted()
    guard let first = alive.first else { return }
    examined.say("dvc", .ok, "dvc is at work here now (process \(first)): what it writes is not judged")
  }

  /// Outputs that are links to objects which are not there.
  private func links(_ root: RepositoryPath, _ settings: LoadedSettings, _ examined: inout Doctor.Examined) {
    examined.trying("cache") { examined throws(Failure) in
      let repository = try surroundings.repository()
      guard let workTree = repository.workTree else { return }
      let tree = try surroundings.workTree(of: repository, at: workTree)
      let project = try surroundings.project(tree, treeRoot: workTree, projectRoot: root, settings)
      let outputs = project.readableStages.flatMap(\.outs).compactMap { output in
        if case .inside(let path) = output.reference.location { path } else { RepositoryPath?.none }
      }
      let broken = outputs.filter { FileSystem.isBrokenLink(FileSystem.join(workTree, $0.bytes)) }
      guard let first = broken.first else { return }
      examined.say(
        "cache", .problem,
        "\(broken.count) \(broken.count == 1 ? "output is a link" : "outputs are links") to what is not in the cache, "
          + "such as \(first)", fix: "dvc fetch && dvc checkout")
    }
  }
}

extension FileSystem {
  /// Whether a symbolic link leads nowhere.
  fileprivate static func isBrokenLink(_ path: [UInt8]) -> Bool {
    do throws(SystemError) {
      guard try linkStatus(of: path).kind == .symbolicLink else { return false }
    } catch { return false }
    do throws(SystemError) {
      _ = try status(of: path)
      return false
    } catch { return error.isMissing }
  }
}
