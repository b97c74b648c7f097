import Testing
import Trees
import Values

@testable import Policy

/// Commits that change what has nothing to do with each other.
@Suite struct MixedCommitTests {
  private func twoPipelines() -> Repository {
    var repository = Repository.training()
    repository["dvc.yaml"]? += """
        count:
          cmd: python count.py
          deps: [count.py, shared.py]
          outs: [count.txt]
        tell:
          cmd: python tell.py
          deps: [count.txt, tell.py]
          params: [loud]
          outs: [tell.txt]

      """
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "- train.py", with: "- train.py\n      - shared.py")
    for file in ["count.py", "tell.py", "shared.py"] as [RepositoryPath] { repository[file] = "1\n" }
    repository["params.yaml"]? += "loud: 1\n"
    repository.ignored.formUnion(["count.txt", "tell.txt"])
    return repository
  }

  private func mixed(_ changes: [RepositoryPath: String]) throws -> String {
    let before = twoPipelines()
    var after = before
    for (path, text) in changes { after[path] = text }
    return try said("commit/mixed", after, after: before)
  }

  @Test func `two pipelines in one commit are told`() throws {
    #expect(
      try mixed(["train.py": "2\n", "tell.py": "2\n"]) == """
        dvc.yaml:19: warning: the commit changes 2 pipelines that have nothing to do with each other: that of 'train', \
        that of 'tell' [commit/mixed]
            do:  commit each by itself; git add -p stages parts of dvc.yaml, dvc.lock and parameters
        """)
    // Parameters count for who declares them.
    #expect(try mixed(["params.yaml": "lr: 5\nepochs: 3\nloud: 2\n"]).contains("[commit/mixed]"))
  }

  /// What is told when a text takes the place of another in a file of some pipelines.
  private func mixed(
    _ files: [RepositoryPath: String], _ changes: [(file: RepositoryPath, old: String, new: String)]
  ) throws -> String {
    var before = Repository.training()
    before["dvc.yaml"] = nil
    before["dvc.lock"] = nil
    for (file, text) in files { before[file] = text }
    var after = before
    for (file, old, new) in changes {
      #expect(after[file]?.contains(old) == true)
      after[file] = after[file]?.replacingText(old, with: new)
    }
    return try said("commit/mixed", after, after: before)
  }

  @Test func `what one definition makes is one pipeline`() throws {
    let each = "stages:\n  c:\n    foreach: [x, y]\n    do:\n      cmd: echo ${item}\n"
    let grid = "stages:\n  c:\n    matrix: {a: [x, y]}\n    cmd: echo ${item.a}\n"
    let other = "  d:\n    cmd: echo d\n"
    #expect(try mixed(["dvc.yaml": each], [("dvc.yaml", "echo", "print")]) == "")
    #expect(try mixed(["dvc.yaml": grid], [("dvc.yaml", "echo", "print")]) == "")
    #expect(
      try mixed(["dvc.yaml": each + other], [("dvc.yaml", "echo", "print")]).contains(
        "2 pipelines that have nothing to do with each other: that of 'c@x' and 'c@y', that of 'd' "))
  }

  @Test func `a command that two stages have from one place is one change`() throws {
    let alias = "stages:\n  a:\n    cmd: &run echo\n  b:\n    cmd: *run\n"
    let merge = "stages:\n  a: &a\n    cmd: echo\n  b:\n    <<: *a\n    desc: x\n"
    for text in [alias, merge] {
      #expect(try mixed(["dvc.yaml": text], [("dvc.yaml", "echo", "print")]) == "")
    }
  }

  @Test(
    arguments: [
      ("", "params.yaml", "size: 1\n", "${size}", "${size}"),
      ("vars: [more/vars.yaml]\n", "more/vars.yaml", "size: 1\n", "${size}", "${size}"),
      ("vars: ['vars.json:m']\n", "vars.json", #"{"m": {"size":  1}}"#, "${m.size}", "${m}"),
      ("vars:\n- size: 1\n", "dvc.yaml", "", "${size}", "${ size }"),
      ("", "params.yaml", "m: {sizes: [size,  1]}\n", "${m.sizes[1]}", "${m.sizes[1]}"),
    ] as [(String, RepositoryPath, String, String, String)])
  func `a value that the templates of two stages name is one change`(
    head: String, file: RepositoryPath, text: String, one: String, two: String
  ) throws {
    let stages = "stages:\n  a:\n    cmd: a \(one)\n  b:\n    cmd: b \(two)\n"
    var files: [RepositoryPath: String] = ["dvc.yaml": head + stages]
    if !text.isEmpty { files[file] = text }
    #expect(try mixed(files, [(file, " 1", " 2")]) == "")
    // Each by itself.
    #expect(try mixed(files, [("dvc.yaml", "cmd: a", "cmd: c"), ("dvc.yaml", "cmd: b", "cmd: d")]) != "")
  }

  @Test func `values that templates name are told apart`() throws {
    let stages = "stages:\n  a:\n    cmd: a ${m.one}\n  b:\n    cmd: b ${m.two}\n"
    let files: [RepositoryPath: String] = ["dvc.yaml": stages, "params.yaml": "m: {one: 1, two: 1}\n"]
    #expect(try mixed(files, [("params.yaml", "1", "2")]).contains("that of 'a', that of 'b'"))
    // A parameter that is declared is one with what a template names.
    let declared = stages.replacingText("cmd: b ${m.two}", with: "cmd: b\n    params: [m]")
    #expect(
      try mixed(["dvc.yaml": declared, "params.yaml": "m: {one: 1}\n"], [("params.yaml", "1", "2")]) == "")
  }

  @Test func `pipelines of several files are told with their files`() throws {
    let stages = "stages:\n  prep:\n    cmd: run\n    deps: [run.py, ../shared.py]\n"
    let files: [RepositoryPath: String] = [
      "a/dvc.yaml": stages, "b/dvc.yaml": stages, "a/run.py": "1\n", "b/run.py": "1\n", "shared.py": "1\n",
    ]
    let changes: [(RepositoryPath, String, String)] = [("a/run.py", "1", "2"), ("b/run.py", "1", "2")]
    #expect(
      try mixed(files, changes).contains("each other: that of 'a/dvc.yaml:prep', that of 'b/dvc.yaml:prep' [")
    )
    #expect(try mixed(files, changes + [("shared.py", "1", "2")]) == "")
    // The same in DVC repositories of their own.
    let roots: [RepositoryPath: String] = [".dvc/config": "", "a/.dvc/config": "", "b/.dvc/config": ""]
    let apart = files.merging(roots) { $1 }
    #expect(
      try mixed(apart, changes).contains("each other: that of 'a/dvc.yaml:prep', that of 'b/dvc.yaml:prep' [")
    )
    #expect(try mixed(apart, changes + [("shared.py", "1", "2")]) == "")
  }

  @Test func `one pipeline, a shared file and what no stage reads are one change`() throws {
    #expect(
      try mixed(["count.py": "2\n", "tell.py": "2\n", "params.yaml": "lr: 0.01\nepochs: 3\nloud: 2\n"]) == "")
    #expect(try mixed(["shared.py": "2\n", "train.py": "2\n", "tell.py": "2\n"]) == "")
    #expect(
      try mixed(["train.py": "2\n", "README.md": "2\n", "params.yaml": "lr: 5\nepochs: 3\nloud: 1\n"]) == "")
    var both = twoPipelines()
    both["train.py"] = "2\n"
    both["tell.py"] = "2\n"
    // The first commit brings everything, and a merge what was told before.
    #expect(try said("commit/mixed", both) == "")
    #expect(try said("commit/mixed", both.commit(after: [twoPipelines(), twoPipelines()])) == "")
  }
}
