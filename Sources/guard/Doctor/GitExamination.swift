import Git
import Platform
import Reports
import Trees

/// Git itself: its version, who commits, and the settings that damage records.
struct GitExamination {
  private let surroundings: Surroundings

  init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  func examine(_ examined: inout Doctor.Examined) {
    version(&examined)
    examined.trying("git") { examined throws(Failure) in
      let repository = try surroundings.repository()
      if case .command(let why) = repository.reader {
        examined.say(
          "git", .ok, "guard reads this repository through the git command, which is slower: \(why)")
      }
      index(&examined)
      identity(repository, &examined)
      notes(repository, &examined)
      shallow(repository, &examined)
    }
  }

  private func version(_ examined: inout Doctor.Examined) {
    guard let git = surroundings.environment.executable(named: "git") else {
      examined.say("git", .problem, "there is no git in PATH", advice: "install git 2.28 or newer")
      return
    }
    let words = surroundings.answer(git, ["--version"]) ?? ""
    let numbers = words.split(separator: " ").compactMap { word in
      let parts = word.split(separator: ".").prefix(2).compactMap { Int($0) }
      return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
    guard let version = numbers.first else {
      examined.say("git", .warning, "git does not say its version")
      return
    }
    let isOld = version < (2, 28)
    examined.say(
      "git", isOld ? .warning : .ok, isOld ? "\(words) is older than those that guard was tried with" : words,
      advice: isOld ? "install git 2.28 or newer" : nil)
  }

  /// Git has no way to mend an index, and one to make it anew (git-reset(1), `--mixed`).
  private func index(_ examined: inout Doctor.Examined) {
    do throws(Failure) {
      let index = try surroundings.index()
      do throws(TreeError) { _ = try index.children(of: .root) } catch { throw Failure(error) }
    } catch  where error.advice != nil {
      // A merge that is not finished says itself what to do.
      examined.trying("git") { _ throws(Failure) in throw error }
    } catch {
      examined.isIndexBroken = true
      examined.say(
        "git", .problem,
        "the index cannot be read: \(error.message); one that is made anew leaves the files as they are, and what was "
          + "staged is to be staged again",
        fix: "rm \"$(git rev-parse --git-path index)\" && git reset")
    }
  }

  /// Who commits (git-commit(1), "COMMIT INFORMATION").
  private func identity(_ repository: Repository, _ examined: inout Doctor.Examined) {
    let (name, email) = (known("NAME", "user.name", repository), known("EMAIL", "user.email", repository))
    if let name, let email {
      examined.say("git", .ok, "commits are by \(name) <\(email)>")
    } else {
      examined.say(
        "git", .problem, "git does not know who commits",
        advice: "git config --global user.name NAME && git config --global user.email ADDRESS")
    }
  }

  private func known(_ variable: String, _ key: String, _ repository: Repository) -> String? {
    let candidates = [
      surroundings.environment[bytes: "GIT_AUTHOR_\(variable)"], repository.configuration(key),
      variable == "EMAIL" ? surroundings.environment[bytes: "EMAIL"] : nil,
    ]
    return candidates.compactMap { $0 }.first { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
  }

  private func notes(_ repository: Repository, _ examined: inout Doctor.Examined) {
    let hazards = repository.notesHazards
    for hazard in hazards {
      let parts = hazard.description.split(separator: " fix: ", maxSplits: 1)
      examined.say(
        "notes", .problem, parts.first.map { String($0) } ?? hazard.description,
        fix: parts.count == 2 ? String(parts[1]) : nil)
    }
    if hazards.isEmpty { examined.say("notes", .ok, "no setting of Git's damages run records") }
  }

  private func shallow(_ repository: Repository, _ examined: inout Doctor.Examined) {
    do throws(GitError) {
      guard try repository.isShallow() else { return }
      examined.say(
        "git", .warning, "this clone is shallow: what the commits at its boundary inherit is not known",
        fix: "git fetch --unshallow")
    } catch {
      examined.say("git", .problem, "\(error)")
    }
  }
}

extension Surroundings {
  /// The first line that a program prints; `nil` when it fails or takes longer than ten seconds.
  func answer(_ program: [UInt8], _ arguments: [String]) -> String? {
    var command = Command(program, arguments, environment: environment, directory: directory)
    command.deadline = 10_000
    do throws(ProcessError) {
      let outcome = try command.run()
      guard outcome.succeeded else { return nil }
      return String(decoding: outcome.output.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    } catch {
      return nil
    }
  }
}
