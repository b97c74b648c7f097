import Testing

@testable import Hooks

@Suite struct UninstallPlannerTests {
  private static let foreign = HookFile.file(Array("#!/bin/sh\nmake lint\n".utf8), mode: 0o755)
  private static let lefthook = HookFile.file(Array("#!/bin/sh\ncall_lefthook run\n".utf8), mode: 0o755)
  private static let ours = HookFile.file(
    Shim.all[0].text(guardExecutable: Array("/bin/guard".utf8), via: []), mode: 0o755)

  private func plan(_ files: [String: HookFile], _ names: [String] = []) -> String {
    let folder = HooksFolder(
      path: Array("/r/.git/hooks".utf8), place: .gitDirectory,
      files: Dictionary(uniqueKeysWithValues: files.map { (Array($0.utf8), $1) }))
    let plan = UninstallPlanner.plan(names.map { Array($0.utf8) }, in: folder)
    return plan.description + plan.remarks.map { "\($0)\n" }.joined()
  }

  @Test func `a hook of guard's alone is removed`() {
    #expect(
      plan(["pre-commit": Self.ours, "pre-push": Self.foreign]) == """
          remove pre-commit
        pre-commit: guard's hook is taken out.

        """)
  }

  @Test func `the hook that was there comes back in one step`() {
    #expect(
      plan(["pre-commit": Self.ours, "pre-commit.guard-previous": Self.lefthook]) == """
          move   pre-commit.guard-previous to pre-commit
        pre-commit: guard's hook is taken out, and the hook that was there before (from lefthook) is back.

        """)
  }

  @Test func `a hook that this guard does not bring is known by its seal`() {
    #expect(plan(["post-merge": Self.ours]).hasPrefix("  remove post-merge\n"))
  }

  @Test func `a hook put over guard's is told and left`() {
    #expect(
      plan(["pre-commit": Self.lefthook, "pre-commit.guard-previous": Self.foreign]) == """
        pre-commit: lefthook has put its hook over guard's; it is left as it is.
        pre-commit: pre-commit.guard-previous is a hook that guard kept and that nothing calls. When you do not \
        need it:
            rm /r/.git/hooks/pre-commit.guard-previous

        """)
  }

  @Test func `guard leaves the place that lefthook gave it to the hook that was there first`() {
    let files = [
      "pre-commit": Self.lefthook, "pre-commit.old": Self.ours, "pre-commit.guard-previous": Self.foreign,
    ]
    #expect(plan(files).hasPrefix("  move   pre-commit.guard-previous to pre-commit.old\n"))
  }

  @Test func `lefthook's own hook does not become its old one`() {
    let files = [
      "pre-commit": Self.lefthook, "pre-commit.old": Self.ours, "pre-commit.guard-previous": Self.lefthook,
    ]
    #expect(
      plan(files) == """
          remove pre-commit.old
          remove pre-commit.guard-previous
        pre-commit: guard's hook is taken out.

        """)
  }

  @Test func `a hook that was deleted by hand leaves what guard kept to come back`() {
    #expect(
      plan(["pre-commit.guard-previous": Self.foreign]).hasPrefix(
        "  move   pre-commit.guard-previous to pre-commit\n"))
  }

  @Test func `an edited hook is left, with the way to take it out`() {
    guard case .file(let bytes, let mode) = Self.ours else { return }
    let edited = HookFile.file(bytes + [0x0A], mode: mode)
    #expect(
      plan(["pre-commit": edited, "pre-commit.guard-previous": Self.foreign]) == """
        pre-commit: guard's hook was changed by hand and is left as it is. To be rid of it:
            mv -f /r/.git/hooks/pre-commit.guard-previous /r/.git/hooks/pre-commit

        """)
  }

  @Test func `an edited hook that pre-commit put aside is left, with the way to take it out`() {
    guard case .file(let bytes, let mode) = Self.ours else { return }
    let edited = HookFile.file(bytes + [0x0A], mode: mode)
    #expect(
      plan(["pre-commit": Self.foreign, "pre-commit.legacy": edited]) == """
        pre-commit: guard's hook was changed by hand and is left as it is. To be rid of it:
            rm /r/.git/hooks/pre-commit.legacy

        """)
  }

  @Test func `one hook can be asked for`() {
    #expect(
      plan(["pre-commit": Self.ours, "post-merge": Self.ours], ["post-merge", "pre-push"]) == """
          remove post-merge
        post-merge: guard's hook is taken out.
        pre-push: there is no hook of guard's.

        """)
  }

  @Test func `a folder without hooks of guard's is left alone`() {
    #expect(plan(["pre-commit": Self.foreign, "commit-msg": Self.lefthook]) == "")
  }
}
