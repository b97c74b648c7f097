import Platform

/// Which reader a repository gets: libgit2 where it reads what Git reads, else the `git` command.
struct BackendChoice {
  let directory: [UInt8]
  let environment: ProcessEnvironment
  let judgingOwner: Bool

  private var commandEnvironment: ProcessEnvironment {
    judgingOwner ? environment : environment.trustingOwners()
  }

  /// Opens the repository that Git finds.
  func open() throws(GitError) -> (any Backend, Repository.Reader) {
    do throws(LibGit2Backend.Refusal) {
      return try checked(
        LibGit2Backend(from: directory, environment: environment, judgingOwner: judgingOwner))
    } catch {
      switch error {
      case .unsupported(let reason): return try openCommand(because: reason)
      case .refused(let failure): return try openAsGitJudges(failure)
      }
    }
  }

  /// libgit2 finds no repository, or none that it trusts: Git has the last word, and its own words are the answer.
  private func openAsGitJudges(_ failure: LibGit2.Failure) throws(GitError) -> (
    any Backend, Repository.Reader
  ) {
    let command: GitCommand
    do {
      command = try GitCommand(environment: commandEnvironment, directory: directory, purpose: "")
    } catch {
      throw .noRepository(directory: directory.text, why: failure.message)
    }
    do {
      _ = try command.line(of: ["rev-parse", "--git-dir"])
    } catch .command(_, let why) {
      throw .noRepository(directory: directory.text, why: why)
    }
    do throws(LibGit2Backend.Refusal) {
      return try checked(
        LibGit2Backend(from: directory, environment: environment, judgingOwner: false))
    } catch {
      switch error {
      case .unsupported(let reason): return try openCommand(because: reason)
      case .refused(let failure): return try openCommand(because: failure.message)
      }
    }
  }

  private func openCommand(because reason: String) throws(GitError) -> (any Backend, Repository.Reader) {
    let command = try GitCommand(environment: commandEnvironment, directory: directory, purpose: reason)
    return (try CommandBackend(command: command), .command(reason: reason))
  }

  /// Looks for what libgit2 opens and would read differently from Git.
  private func checked(
    _ backend: LibGit2Backend
  ) throws(LibGit2Backend.Refusal) -> (any Backend, Repository.Reader) {
    let configuration: Configuration
    do {
      configuration = try backend.configuration()
    } catch {
      throw .unsupported(error.description)
    }
    if let format = configuration["extensions.objectformat"], format.text.lowercased() != "sha1" {
      throw .unsupported("the object format \(format.text)")
    }
    if let storage = configuration["extensions.refstorage"], storage.text.lowercased() != "files" {
      throw .unsupported("the ref storage \(storage.text)")
    }
    if configuration["safe.barerepository"].map({ $0.text.lowercased() }) == "explicit",
      backend.locations.workTree == nil
    {
      throw .unsupported("safe.bareRepository is explicit")
    }
    if configuration.boolean("core.usereplacerefs") != false,
      environment[bytes: "GIT_NO_REPLACE_OBJECTS"] == nil,
      hasReplacements(backend.locations.commonDirectory)
    {
      throw .unsupported("objects are replaced (refs/replace)")
    }
    return (backend, .libgit2)
  }

  private func hasReplacements(_ common: [UInt8]) -> Bool {
    do throws(SystemError) {
      let loose = FileSystem.join(common, Array("refs/replace".utf8))
      if FileSystem.exists(loose), try !FileSystem.list(loose).isEmpty { return true }
      let packed = FileSystem.join(common, Array("packed-refs".utf8))
      guard FileSystem.exists(packed) else { return false }
      return try FileSystem.read(packed, limit: 1 << 28).contains(sequence: Array(" refs/replace/".utf8))
    } catch {
      // What cannot be read here, Git shall judge.
      return true
    }
  }
}
