import Values

extension Rule {
  static let cacheNotPushed = Rule(
    "cache/not-pushed", .error, .remote,
    summary: "data that a commit being pushed needs, that this machine has and the DVC remote has not",
    explanation: """
      A commit names data by its hash. Who clones the repository gets the data from the DVC remote, and there it is \
      not: `dvc push` was forgotten, or it pushed another branch's data. `dvc push` and DVC's own hook upload what the \
      work tree names, and nothing of the other commits that `git push` sends.

      `guard push` uploads what the outgoing commits need and the remote lacks, nothing else. With `remote: {on-missing: \
      push}` in the policy file the hook does it by itself.

      Every file of a directory is asked for, since a list on the remote does not prove that the files are there. What \
      a commit that the Git remote has already names is taken to be there (`remote: {objects: all}` asks for it as \
      well).

      In a linked work tree DVC has a cache of its own. What that one lacks is looked for in the caches of the other \
      work trees, and `guard push` uploads it from there. Where a cache cannot be read, the message says why.

      With `--verify` an object of another size, and in a folder one of other content, is told as damaged; `guard push \
      --verify` replaces it.

      A remote that keeps versions (`version_aware`, `worktree`) has a file when the record names its version. `dvc push` \
      uploads it and writes the version into the `.dvc` file or `dvc.lock`: amend the commit with that. A version that is \
      recorded and gone from the remote it leaves recorded, unless `cloud:` is taken out of the record. guard writes no such file, so `guard push` does not upload there.

      `no-remote`: the commit configures no DVC remote at all, so the data stays on this machine. That is a warning. Where \
      it has remotes, and none is the default one, it is an error: `dvc push` fails there, too.
      """,
    example: Example(
      fails: #"""
        $ dvc remote add -q -d storage ../storage
        $ git add -A && git commit -qm 'A remote'
        $ guard check --remote --rev HEAD
        data/raw/reviews.csv.dvc:2: error: 'reviews.csv' (13 bytes) is not on the remote 'storage' [cache/not-pushed]
            also dvc.lock:17: error: 'data/prepared.csv' (13 bytes) is not on the remote 'storage' [cache/not-pushed]
            also dvc.lock:40: error: 'model.pkl' (17 bytes) is not on the remote 'storage' [cache/not-pushed]
            fix: guard push --range dd53ee81db01..b008958a5846
        to let it pass: a line 'Guard-Skip: RULE reason' at the end of the commit's message
        guard: 3 errors, 0 warnings in 1 commit (12 ms)
        """#,
      mended: #"""
        $ guard push --range HEAD~..HEAD
        3 objects pushed, 43 bytes
        $ guard check --remote --rev HEAD
        guard: 0 errors, 0 warnings in 1 commit (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    try subject.unpushed().compactMap { output in
      switch output.cause {
      case .missing(let here, _):
        guard here.count > 0 else { return nil }
        return output.finding(
          "cache/not-pushed",
          message: "\(output.described(here)) \(here.state) on the remote '\(output.remote)'"
            + (here.workTree.map { "; the cache of the work tree '\($0)' has it" } ?? "")
            + output.versionRemark
            + (here.doubt.map { "; the cache may have it: \($0)" } ?? ""),
          output.upload(of: here))
      case .noRemote:
        return output.finding(
          "cache/not-pushed", reason: .noRemote,
          message: "the data of '\(output.output)' is only on this machine: no DVC remote is configured",
          Mend(advice: ShellCommand(dvc: "remote add -d NAME URL", in: output.root, []).description))
      case .noDefault(let remotes, let areOfCommit):
        let others = remotes.count == 1 ? "is '\(remotes[0])'" : "are \(remotes.count)"
        return output.finding(
          "cache/not-pushed", reason: areOfCommit ? nil : .noRemote,
          message:
            "'\(output.output)' has no remote to be on: no DVC remote is the default one (there \(others))",
          output.configuring("remote default", [remotes.count == 1 ? remotes[0].utf8 : Array("NAME".utf8)]))
      case .unknownRemote:
        return output.finding(
          "cache/not-pushed",
          message:
            "'\(output.output)' is to be pushed to the remote '\(output.remote)', which is not configured",
          output.configuring("remote add", [output.remote.utf8, Array("URL".utf8)]))
      }
    }
  }
}

extension UnpushedOutput {
  fileprivate var versionRemark: String {
    guard keepsVersions else { return "" }
    return namesVersion ? ", in the version that is recorded" : ", as no version that is recorded"
  }

  /// A change of DVC's configuration. What is in `.dvc/config` a commit that exists does not have; what is only on this
  /// machine counts for all commits.
  fileprivate func configuring(_ words: String, _ arguments: [[UInt8]]) -> Mend {
    let local = ShellCommand(dvc: words + " --local", in: root, arguments).description
    return Mend(advice: "\(local); or for everybody, without --local, and amend the commit with .dvc/config")
  }

  /// The command that uploads it.
  fileprivate func upload(of objects: Objects) -> Mend {
    let access = objects.doubt == nil ? "" : "make that readable for you, then "
    guard keepsVersions else {
      return access.isEmpty ? Mend(command: push) : Mend(advice: "\(access)\(push)")
    }
    let command = ShellCommand(dvc: "push -r", in: root, [remote.utf8]).description
    let before = namesVersion ? "take 'cloud:' out of \(place.path), " : ""
    return Mend(advice: "\(access)\(before)\(command), then amend the commit with what that writes")
  }
}

extension UnpushedOutput.Objects {
  /// What is wrong with them there.
  fileprivate var state: String {
    if damaged == 0 { return "is not" }
    return damaged == count ? "is damaged" : "is missing or damaged"
  }
}
