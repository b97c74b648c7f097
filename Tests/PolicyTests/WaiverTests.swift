import Reports
import Testing
import Values

@testable import Policy

@Suite struct WaiverTests {
  private func stale() -> Repository {
    var repository = Repository.training()
    repository["params.yaml"] = "lr: 0.02\nepochs: 3\n"
    return repository
  }

  private func waivers(_ text: String) throws(PolicyFileError) -> [Waiver] {
    try Waiver.read(file: ".guard-waivers.yml", bytes: Array(text.utf8))
  }

  @Test func aWaiverIsShown() throws {
    let list = try waivers(
      "- rule: lock/params\n  path: params.yaml\n  reason: the new rate is for the next run\n  expires: 2026-06-15\n"
    )
    #expect(
      try stale().commit().report(waivers: list) == """
        params.yaml:1: waived: parameter 'lr' of stage 'train' is not the one in dvc.lock [lock/params]
            by .guard-waivers.yml:1: the new rate is for the next run, until 2026-06-15
        guard: 0 errors, 0 warnings in 1 commit

        """)
  }

  @Test func aWaiverThatEndedIsSaidAndDoesNotCount() throws {
    let list = try waivers("waivers:\n  - {rule: 'lock/*', reason: why, expires: 2026-06-14}\n")
    let report = try stale().commit().report(waivers: list)
    let end = "ended on 2026-06-14 and no longer covers 1 finding\n"
    #expect(report.contains(".guard-waivers.yml:2: the waiver of lock/* \(end)"))
    #expect(report.hasSuffix("guard: 1 error, 0 warnings in 1 commit\n"))
  }

  @Test func aWaiverThatEndedIsSaidOnceForAllFindings() throws {
    let list = try waivers(
      "- {rule: 'lock/*', path: '**', reason: why, expires: 2026-06-14}\n"
        + "- {rule: lock/params, reason: why, expires: 2026-06-13}\n")
    var repository = stale()
    repository["metrics.json"] = "{}\n"
    repository["train.py"] = "print('more')\n"
    let verdict = try repository.commit().verdictReport(waivers: list).verdicts[0]
    let report = Report(Report.Scope(.range), [verdict, verdict], version: "0.1.0")
    let told = String(decoding: TextReport(report).bytes, as: UTF8.self).split(separator: "\n")
      .filter { $0.hasPrefix(".guard-waivers.yml") }
    #expect(
      told == [
        ".guard-waivers.yml:1: the waiver of lock/* for ** ended on 2026-06-14 and no longer covers 6 findings",
        ".guard-waivers.yml:2: the waiver of lock/params ended on 2026-06-13 and no longer covers 2 findings",
      ])
    let json = String(decoding: JSONReport(report).bytes, as: UTF8.self)
    #expect(json.contains("\"expired\": [\n    {\n      \"findings\": 6,\n      \"waiver\": {"))
  }

  @Test func aWaiverOfAnotherPathDoesNotCount() throws {
    let list = try waivers("- {rule: lock/params, path: sub, reason: why}\n")
    #expect(try stale().commit().verdictReport(waivers: list).errors == 1)
  }

  @Test(arguments: [
    (
      "- {rule: lock/parms, reason: why}\n",
      ".guard-waivers.yml:1: unknown rule 'lock/parms': did you mean 'lock/params'?"
    ),
    ("- {rule: lock/params}\n", ".guard-waivers.yml:1: a waiver needs a rule and a reason"),
    (
      "- {rule: lock/params, reason: r, expires: soon}\n",
      ".guard-waivers.yml:1: expires is a day, such as 2026-12-31"
    ),
    (
      "- {rule: lock/params, reason: r, paths: a}\n",
      ".guard-waivers.yml:1: unknown key 'paths': did you mean 'path'?"
    ),
  ])
  func aMistakeIsNamedWithItsLine(text: String, message: String) {
    #expect(throws: PolicyFileError.self) { try waivers(text) }
    do { _ = try waivers(text) } catch { #expect(error.description == message) }
  }

  @Test func aTrailerOfTheLastParagraphCounts() throws {
    var repository = stale()
    repository.message =
      "subject\n\nbody\n\nReviewed-by: A\nguard-skip: lock/params results come with the next commit\n"
    #expect(
      try repository.commit().report().contains(
        "    by Guard-Skip in the commit message: results come with the next commit\n"))
    repository.message = "subject\n\nGuard-Skip: lock/params why\n\nbody\n"
    #expect(try repository.commit().verdictReport().errors == 1)
  }

  @Test func theEnvironmentSkipsKnownRulesOnly() throws {
    let list = try Waiver.read(skipping: "lock/params, data/*")
    #expect(try stale().commit().verdictReport(waivers: list).conclusion == .pass)
    #expect(throws: PolicyFileError.self) { try Waiver.read(skipping: "lock/none") }
  }

  // MARK: - What is told of waiving

  private func text(_ subject: Subject, _ kind: Report.Scope.Kind, waivers: [Waiver] = []) throws -> String {
    var options = TextReport.Options()
    options.tellsWaiving = true
    let verdicts = try subject.verdictReport(waivers: waivers).verdicts
    let report = Report(Report.Scope(kind), verdicts, version: "0.1.0")
    return String(decoding: TextReport(report, options).bytes, as: UTF8.self)
  }

  @Test func beforeACommitTheVariableIsToldOnce() throws {
    var repository = stale()
    repository["train.py"] = "print('more')\n"
    repository["metrics.json"] = "{}\n"
    let told =
      "\nto commit all the same: GUARD_SKIP=lock/deps,lock/outs,lock/params git commit …\nguard: 3 errors"
    #expect(try text(repository.staged(), .staged).contains(told))
    // What is skipped already has to be skipped again.
    let skipped = try Waiver.read(skipping: "lock/*")
    #expect(try !text(repository.staged(), .staged, waivers: skipped).contains("all the same"))
    let some = try Waiver.read(skipping: "lock/deps")
    #expect(
      try text(repository.staged(), .staged, waivers: some).contains(told.replacingText("3 e", with: "2 e")))
  }

  @Test func ofACommitTheMessageIsTold() throws {
    let told =
      "\nto let it pass: a line 'Guard-Skip: RULE reason' at the end of the commit's message\nguard: 1 error"
    for kind in [Report.Scope.Kind.commit, .range] {
      #expect(try text(stale().commit(), kind).contains(told))
    }
  }

  @Test func whatIsNotStoppedNeedsNoWaiving() throws {
    var repository = Repository.training()
    repository["params.yaml"] = "lr: 0.010000000000001\nepochs: 3\n"
    for kind in [Report.Scope.Kind.commit, .staged] {
      let text = try text(repository.commit(), kind)
      #expect(text.contains("warning") && !text.contains("GUARD_SKIP") && !text.contains("Guard-Skip"))
    }
  }
}
