import Testing

@testable import Hooks

@Suite struct MergeDriverPlanTests {
  private static func site(_ guardExecutable: String, driver: String? = nil) -> HookSite {
    var site = HookSite(
      gitDirectory: Array("/r/.git".utf8), commonDirectory: Array("/r/.git".utf8),
      workTree: Array("/r".utf8), guardExecutable: Array(guardExecutable.utf8))
    site.mergeDriver = driver.map { Array($0.utf8) }
    return site
  }

  private static let call = "merge-driver --marker-size %L -- %O %A %B %P"

  /// Git hands the value to a shell, after it has taken `%` for its own.
  @Test(arguments: [
    ("/bin/guard", "/bin/guard"), ("/a b/g%d", "'/a b/g%%d'"), ("/it's/guard", #"'/it'\''s/guard'"#),
  ])
  func `the driver names the place of guard`(place: String, word: String) {
    let plan = MergeDriverPlan.installing(Self.site(place))
    #expect(plan.settings.map { String(decoding: $0.value, as: UTF8.self) }.last == "\(word) \(Self.call)")
    #expect(plan.remarks.hasSuffix("    dvc.lock merge=guard\n    *.dvc merge=guard\n"))
  }

  @Test func `what is there already is left`() {
    var site = Self.site("/bin/guard", driver: "/bin/guard \(Self.call)")
    site.mergeAttributes = [.locks: Array("guard".utf8), .pointers: Array("guard".utf8)]
    let plan = MergeDriverPlan.installing(site)
    #expect(plan.isEmpty && plan.remarks == "The merge driver is there already.\n")
    #expect(!MergeDriverPlan.installing(Self.site("/bin/guard", driver: "/old \(Self.call)")).isEmpty)
  }

  @Test func `DVC's own driver is told`() {
    var site = Self.site("/bin/guard")
    site.mergeAttributes = [.pointers: Array("dvc".utf8)]
    #expect(MergeDriverPlan.installing(site).remarks.contains("*.dvc has merge=dvc now"))
  }

  @Test func `only what is there is taken out`() {
    #expect(MergeDriverPlan.uninstalling(Self.site("/bin/guard")).isEmpty)
    #expect(
      MergeDriverPlan.uninstalling(Self.site("/bin/guard", driver: "x")).description
        == "  unset  merge.guard\n")
  }
}
