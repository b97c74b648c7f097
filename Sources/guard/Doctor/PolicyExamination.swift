import Git
import Platform
import Policy
import Reports
import Trees

/// The files of policy: whether they can be read, and whether they are where they should be.
struct PolicyExamination {
  private let surroundings: Surroundings

  init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  func examine(_ examined: inout Doctor.Examined) {
    if surroundings.environment["GUARD"] == "0" {
      examined.say("policy", .warning, "GUARD=0 is set here: nothing is checked", fix: "unset GUARD")
    }
    if let skipped = surroundings.environment["GUARD_SKIP"], !skipped.isEmpty {
      examined.say(
        "policy", .warning, "GUARD_SKIP is set here and waives \(skipped)", fix: "unset GUARD_SKIP")
    }
    examined.trying("policy") { examined throws(Failure) in
      let repository = try surroundings.repository()
      guard let root = repository.workTree else { return }
      let tree = try surroundings.workTree(of: repository, at: root)
      let check = CheckRun(surroundings)
      do throws(JudgementError) {
        let policy = Policy(try check.layers(for: tree), branches: try check.branchesInForce())
        _ = try check.committedWaivers(in: tree)
        let file = try PolicyFiles.contents(of: Self.committed, in: tree)
        examined.say(
          "policy", .ok,
          file == nil
            ? "guard's defaults hold: there is no \(PolicyLayer.committedFile) (guard init writes one)"
            : "\(PolicyLayer.committedFile) can be read: profile \(policy.profile.rawValue)")
        try staged(file, &examined)
        try misnamed(tree, &examined)
      } catch {
        examined.say("policy", .problem, "\(error)", advice: "edit the file that is named")
      }
      local(root, &examined)
    }
  }

  private static let committed = RepositoryPath(normalized: PolicyLayer.committedFile.utf8)

  /// A hook reads what is staged.
  private func staged(_ file: [UInt8]?, _ examined: inout Doctor.Examined) throws(JudgementError) {
    let index: ObjectTree
    do throws(Failure) { index = try surroundings.index() } catch { return }
    guard try PolicyFiles.contents(of: Self.committed, in: index) != file else { return }
    examined.say(
      "policy", .warning,
      "\(PolicyLayer.committedFile) is not as it is staged, and hooks read what is staged",
      fix: "git add \(PolicyLayer.committedFile)")
  }

  private func misnamed(_ tree: any FileTree, _ examined: inout Doctor.Examined) throws(JudgementError) {
    for file in try MisnamedFile.all(in: tree) {
      let meant = RepositoryPath(normalized: file.meant.utf8)
      let isTaken = try PolicyFiles.contents(of: meant, in: tree) != nil
      examined.say(
        "policy", .warning, file.words,
        fix: isTaken ? nil : "\(ShellCommand("mv", [file.path, meant]))",
        advice: isTaken ? "take over what is in it, then: \(ShellCommand("rm", [file.path]))" : nil)
    }
  }

  /// `guard.local.yml` is this machine's alone.
  private func local(_ root: [UInt8], _ examined: inout Doctor.Examined) {
    let file = FileSystem.join(root, Array(PolicyLayer.localFile.utf8))
    guard FileSystem.exists(file), surroundings.comesWithRepository(file) else { return }
    examined.say(
      "policy", .warning,
      "Git has \(PolicyLayer.localFile), so what it says of servers and keys is not taken for this machine's",
      fix: "git rm --cached \(PolicyLayer.localFile) && echo /\(PolicyLayer.localFile) >> .gitignore")
  }
}
