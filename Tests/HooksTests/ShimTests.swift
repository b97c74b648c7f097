import Platform
import Testing

@testable import Hooks

@Suite struct ShimTests {
  private static let path = Array("/opt/it's @VIA@ $HOME/guard\n".utf8)

  @Test func `guard brings the hooks that stop a commit and a push, and those that record`() {
    #expect(
      Shim.all.map { String(decoding: $0.name, as: UTF8.self) } == [
        "commit-msg", "post-applypatch", "post-commit", "post-merge", "post-rewrite", "pre-commit",
        "pre-merge-commit", "pre-push",
      ])
  }

  /// pre-push and post-rewrite are told something on standard input, which they hand on.
  @Test(arguments: [
    ["pre-commit", "pre-merge-commit"], ["post-commit", "post-merge", "post-applypatch"],
  ])
  func `hooks of a kind differ in their name alone`(names: [String]) {
    let lines = Shim.all.filter { names.contains(String(decoding: $0.name, as: UTF8.self)) }.map { shim in
      String(decoding: shim.template, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("hook=") }
    }
    #expect(lines.count == names.count)
    #expect(Set(lines).count == 1)
  }

  @Test(arguments: Shim.all) func `a hook has all of its parts in it`(shim: Shim) {
    #expect(!String(decoding: shim.template, as: UTF8.self).contains("#@"))
  }

  @Test(arguments: Shim.all)
  func `guard knows its own hook, whatever path it records`(shim: Shim) throws {
    let text = shim.text(guardExecutable: Self.path, via: Array("bash".utf8))
    let seal = try #require(ShimSeal(of: text))
    #expect(seal.isIntact)
    #expect(seal.version == ShimSeal.currentVersion)
    #expect(String(decoding: text, as: UTF8.self).contains(#"recorded='/opt/it'\''s @VIA@ $HOME/guard"#))
    #expect(String(decoding: text, as: UTF8.self).contains("via='bash'"))
  }

  /// As each version of guard wrote them. Add the last one here before a shim is changed.
  @Test(arguments: [
    ("pre-commit", 1), ("pre-merge-commit", 1), ("pre-commit", 2), ("pre-merge-commit", 2), ("pre-push", 2),
    ("pre-commit", 3), ("pre-merge-commit", 3), ("pre-push", 3), ("commit-msg", 4), ("post-applypatch", 4),
    ("post-commit", 4), ("post-merge", 4), ("post-rewrite", 4), ("pre-commit", 4), ("pre-merge-commit", 4),
    ("pre-push", 4),
  ])
  func `every hook ever shipped is known, so that it can be replaced and taken out`(
    name: String, version: Int
  )
    throws
  {
    let folder = FileSystem.join(FileSystem.parent(of: Array(#filePath.utf8)), Array("Shipped".utf8))
    let file = FileSystem.join(folder, Array("\(name).\(version)".utf8))
    let seal = try #require(ShimSeal(of: try FileSystem.read(file, limit: 1 << 16)))
    #expect(seal.isIntact)
    #expect(seal.version == version)
  }

  @Test func `one changed byte breaks the seal`() throws {
    let text = Shim.all[0].text(guardExecutable: Self.path, via: [])
    for index in text.indices {
      var changed = text
      changed[index] ^= 1
      #expect(ShimSeal(of: changed)?.isIntact != true, "byte \(index)")
    }
    #expect(ShimSeal(of: text + [0x0A])?.isIntact == false)
  }

  @Test(arguments: [
    "", "#!", "#!/bin/sh", "#!/bin/sh\n", "#!/bin/sh\n# guard-shim", "#!/bin/sh\n# guard-shim \n",
    "#!/bin/sh\n# guard-shim 1", "#!/bin/sh\n# guard-shim 0 0123\n", "#!/bin/sh\n# guard-shim x 0123\n",
    "#!/bin/sh\n# guard-shim 99999999999999999999 0123\n", "# guard-shim 1 0123\n", "\n# guard-shim 1 0123\n",
    "#!/bin/sh\necho\n# guard-shim 1 0123\n",
  ])
  func `what is no hook of guard's is not taken for one`(text: String) {
    #expect(ShimSeal(of: Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    ("#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"", "sh"),
    ("#!/bin/bash\nexec run-parts \"$(basename \"$0\").d\"\n", "/bin/bash"),
    ("#!/bin/sh\nname=${0##*/}\n", "/bin/sh"), ("name=${0##*/}\n", "sh"),
    ("#!/bin/sh -e\nname=${0##*/}\n", ""), ("#!/usr/bin/env ruby\nFile.basename $0\n", ""),
    ("#!/bin/sh\n. \"$(dirname -- \"$0\")/_/husky.sh\"\nn=$(basename \"$0\")\n", ""),
    ("#!/bin/sh\nmake lint\n", ""), ("#!", ""), ("", ""),
  ])
  func `a hook that asks for its own name is read in by its shell`(text: String, shell: String) {
    #expect(OwnName.shell(for: .file(Array(text.utf8), mode: 0o755)) == Array(shell.utf8))
    #expect(OwnName.shell(for: .file(Array(text.utf8), mode: 0o644)) == [])
  }
}
