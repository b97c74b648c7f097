import Glibc
import Platform
import Testing

@testable import Hooks

/// Plans on a real folder, stopped at every step.
@Suite struct ApplierTests {
  /// A hooks folder in a scratch place, as the repository at `root` has it.
  private final class Scratch {
    let root = Array("/tmp/guard-applier-\(getpid())-\(UInt32.random(in: .min ... .max))".utf8)
    var site: HookSite {
      let git = FileSystem.join(root, Array(".git".utf8))
      return HookSite(
        gitDirectory: git, commonDirectory: git, workTree: root, guardExecutable: Array("/bin/guard".utf8))
    }
    var hooks: [UInt8] { FileSystem.join(root, Array(".git/hooks".utf8)) }

    init() throws { try FileSystem.createDirectories(hooks) }

    deinit {
      do { try clear(root) } catch { Issue.record(error) }
    }

    func put(_ files: [String: HookFile]) throws {
      try clear(hooks)
      try FileSystem.createDirectories(hooks)
      for (name, file) in files {
        try Applier.apply([.copy([], file, to: FileSystem.join(hooks, Array(name.utf8)))])
      }
    }

    func files() throws -> [String: HookFile] {
      try HooksFolder(of: site).files.reduce(into: [:]) {
        $0[String(decoding: $1.key, as: UTF8.self)] = $1.value
      }
    }

    func plan() throws -> Plan { try InstallPlanner.plan(Shim.all, for: site, in: HooksFolder(of: site)) }

    private func clear(_ path: [UInt8]) throws {
      for entry in try FileSystem.list(path) {
        let inner = FileSystem.join(path, entry.name)
        if entry.kind == .directory { try clear(inner) } else { try FileSystem.remove(inner) }
      }
      try FileSystem.removeDirectory(path)
    }
  }

  private static let lint = HookFile.file(Array("#!/bin/sh\nmake lint\n".utf8), mode: 0o751)
  private static let lefthook = HookFile.file(Array("#!/bin/sh\ncall_lefthook run\n".utf8), mode: 0o755)
  private static let ours = HookFile.file(
    Shim.all[0].text(guardExecutable: Array("/old/guard".utf8), via: []), mode: 0o755)
  private static let starts: [[String: HookFile]] = [
    [:], ["pre-commit": lint], ["pre-commit": lint, "pre-merge-commit": lefthook],
    ["pre-commit": .link(target: Array("../../lint".utf8), behind: nil, isExecutable: false)],
    ["pre-commit": ours, "pre-commit.guard-previous": lint],
    ["pre-commit": lefthook, "pre-commit.old": ours, "pre-commit.guard-previous": lint],
    ["pre-commit": lefthook, "pre-commit.guard-previous": lint],
    [".guard-1-2": ours, "pre-commit": lint],
  ]

  @Test(arguments: starts)
  func `a killed install leaves the old hook or the new one, and the next install ends where it would have`(
    start: [String: HookFile]
  ) throws {
    let scratch = try Scratch()
    try scratch.put(start)
    let whole = try scratch.plan().steps
    try Applier.apply(whole)
    let end = try scratch.files()
    for count in 0..<whole.count {
      try scratch.put(start)
      try Applier.apply(whole.prefix(count))
      let halfway = try scratch.files()
      #expect([start["pre-commit"], end["pre-commit"]].contains(halfway["pre-commit"]), "\(count) steps")
      try Applier.apply(try scratch.plan().steps)
      #expect(try scratch.files() == end, "\(count) steps")
    }
    #expect(try scratch.plan().isEmpty)
  }

  @Test(arguments: starts.prefix(4))
  func `uninstall restores what was there, from wherever the install was killed`(start: [String: HookFile])
    throws
  {
    let scratch = try Scratch()
    try scratch.put(start)
    let whole = try scratch.plan().steps
    for count in 0...whole.count {
      try scratch.put(start)
      try Applier.apply(whole.prefix(count))
      try Applier.apply(UninstallPlanner.plan(in: HooksFolder(of: scratch.site)).steps)
      #expect(try scratch.files() == start, "\(count) steps")
    }
  }

  @Test func `two installs at once keep the hook that was there`() throws {
    let scratch = try Scratch()
    try scratch.put(["pre-commit": Self.lint])
    let first = try scratch.plan().steps
    let second = try scratch.plan().steps
    try Applier.apply(first)
    try Applier.apply(second)
    #expect(try scratch.files()["pre-commit.guard-previous"] == Self.lint)
  }

  @Test func `a folder that cannot be written is told with nothing changed`() throws {
    let scratch = try Scratch()
    let place = FileSystem.join(scratch.root, Array("no/pre-commit".utf8))
    let error = #expect(throws: HookError.self) { try Applier.apply([.write(place, [], mode: 0o755)]) }
    #expect(error?.description.contains("Nothing was changed") == true)
  }

  @Test func `a FIFO in the place of the hook is not opened`() throws {
    let scratch = try Scratch()
    let place = FileSystem.join(scratch.hooks, Array("pre-commit".utf8)).map { CChar(bitPattern: $0) } + [0]
    #expect(mkfifo(place, 0o600) == 0)
    #expect(throws: HookError.self) { try scratch.plan() }
  }

  @Test func `a hook that nobody else has needs a file and nothing else`() throws {
    let scratch = try Scratch()
    let shim = Shim(name: "pre-push", template: "#!/bin/sh\n# guard-shim 1 @SEAL@\nexec '@GUARD@'\n")
    let plan = try InstallPlanner.plan([shim], for: scratch.site, in: HooksFolder(of: scratch.site))
    try Applier.apply(plan.steps)
    #expect(try scratch.files()["pre-push"]?.isShim == true)
  }
}
