import Disk
import Git
import Hashing
import Platform
import Policy
import Trees
import Values

/// Commits in which nothing was found, and nothing was left unjudged, kept with the hashes below the Git directory, so
/// that a range that is judged again costs little.
///
/// An entry is named by all that the verdict follows from: the commit, the policy, the configuration of Git and DVC on
/// this machine, this program. What differs in any of it has another name and is judged. A gate keeps and believes none.
final class VerdictMemory {
  private let surroundings: Surroundings
  private let circumstances: [UInt8]
  private let hashes: HashCache

  /// `nil` where it cannot be told what verdicts follow from.
  init?(_ surroundings: Surroundings, _ repository: Repository) {
    guard !surroundings.isGate, let hashes = surroundings.hashes else { return nil }
    do {
      guard let git = try repository.circumstances() else { return nil }
      let program = try FileSystem.status(of: Array("/proc/self/exe".utf8))
      let dvc = try surroundings.machineSettings(below: repository.workTree ?? repository.gitDirectory)
      let own = "\(GuardCommand.version) \(program.size) \(program.modified) \(program.changed) "
      let parts = [Array(own.utf8), surroundings.environment.home ?? [], git] + dvc
      circumstances = SHA256.hash(of: parts.flatMap { Array("\($0.count) ".utf8) + $0 })
    } catch {
      surroundings.note("verdicts are not remembered: \(error)")
      return nil
    }
    self.surroundings = surroundings
    self.hashes = hashes
  }

  /// Whether nothing was found in a subject under a judgement.
  func isClean(_ subject: Subject, under judgement: Judgement) -> Bool {
    guard let name = name(of: subject, judgement) else { return false }
    return hashes.digests(ofObjects: [name]) == [Self.clean]
  }

  /// Keeps that nothing was found, unless what was not here might have shown something.
  func keep(_ verdict: Verdict, on subject: Subject, under judgement: Judgement) throws(JudgementError) {
    guard verdict.isClean, let name = name(of: subject, judgement), !surroundings.hasLackedContent,
      // The configuration that only this machine has of repositories further down is not in the name.
      try subject.projects().allSatisfy(\.root.isRoot)
    else { return }
    hashes.store(objects: [(name, Self.clean)])
  }

  private static let clean = MD5Digest(of: Array("clean".utf8))

  private func name(of subject: Subject, _ judgement: Judgement) -> [UInt8]? {
    guard let commit = subject.identity else { return nil }
    let hash = SHA256.hash(of: circumstances + commit + judgement.letters)
    return Array("verdict:".utf8) + hash.prefix(31)
  }
}
