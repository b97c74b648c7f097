import Testing
import Trees

@testable import Policy

/// Scripts that no stage runs.
@Suite struct NoStageTests {
  private func said(_ script: String, at file: RepositoryPath = "src/words.py", pointer isNew: Bool = false)
    throws
    -> String
  {
    var before = Repository.training()
    before.ignored.insert("data/words.txt")
    if !isNew { before["data/words.txt.dvc"] = pointer("words.txt", "x") }
    var after = before
    if isNew {
      before[file] = script
      after["data/words.txt.dvc"] = pointer("words.txt", "x")
    }
    after[file] = script
    return try after.staged(after: before).report(only: ["layout/no-stage"]).split(separator: "\n")
      .filter { !$0.hasPrefix("guard: ") }.joined(separator: "\n")
  }

  @Test func `a script that writes data that was added is told where it does`() throws {
    let expected = """
      src/words.py:2: warning: it writes 'data/words.txt', which data/words.txt.dvc holds, and no stage runs it \
      [layout/no-stage]
          do:  dvc remove data/words.txt.dvc, then: dvc stage add -n NAME -d src/words.py -o data/words.txt COMMAND
      """
    #expect(try said("import x\nx.to_csv(\"data/words.txt\")\n") == expected)
    #expect(try said("import x\nx.to_csv(\"data/words.txt\")\n", pointer: true) == expected)
  }

  @Test(
    arguments: [
      "open('data/words.txt', 'wb')", "with open(\"../data/words.txt\", mode=\"w\") as f:",
      "joblib.dump(m, './data/words.txt')",
      "torch.save(model.state_dict(), 'data/words.txt')", "Path('data/words.txt').write_text(x)",
      "json.dump(x, open('data/words.txt', 'w'))", "  plt.savefig('data/words.txt', dpi=3)",
      "df.to_csv(\n    \"data/words.txt\",\n    index=False,\n)",
      "torch.save(\n    model, # all\n    r'data/words.txt')",
      "with Path('data/words.txt').open('w') as f:",
    ])
  func `ways to write`(line: String) throws { #expect(try said(line).contains("[layout/no-stage]")) }

  @Test(
    arguments: [
      #"rows = open("data/words.txt").read(); open("data/upper.txt","w").write(rows)"#,
      #"pd.read_csv("data/words.txt").to_parquet("data/other.parquet")"#,
      "open('data/words.txt')", "pd.read_csv('data/words.txt')", "# x.to_csv('data/words.txt')",
      "x.to_csv('words.txt')",
      "'''x.to_csv('data/words.txt')'''", "x.to_csv('/data/words.txt')", "x.to_csv('data/words.txt' + end)",
      "json.dump([1, 'data/words.txt'], y)", "open('data/words.txt', 'r')",
      "x.to_csv('data/words.txt.bak')", "x.to_csv(data / 'words.txt')", "x.to_csv(path)  # data/words.txt",
    ])
  func `what only reads, or may be something else, is left alone`(line: String) throws {
    #expect(try said(line) == "")
    #expect(try said(line, pointer: true) == "")
  }

  @Test(arguments: [#""df.to_csv('data/words.txt')""#, #""df.to_csv(\n", "    \"data/words.txt\")""#])
  func `a notebook is told with what a team does`(source: String) throws {
    let notebook = """
      {"cells": [{"cell_type": "markdown", "source": "df.to_csv('data/words.txt')"},
       {"cell_type": "code", "source": ["df = 1\\n",
        \(source)]}]}
      """
    #expect(
      try said(notebook, at: "notebooks/words.ipynb") == """
        notebooks/words.ipynb:3: warning: it writes 'data/words.txt', which data/words.txt.dvc holds, and no stage runs \
        it [layout/no-stage]
            do:  jupyter nbconvert --to script --output-dir src notebooks/words.ipynb makes a script of it; leave in \
        that what makes the data, then: dvc remove data/words.txt.dvc, then: dvc stage add -n NAME -d src/words.py \
        -o data/words.txt COMMAND
        """)
  }

  @Test func `a script among the notebooks goes to where the code is`() throws {
    #expect(
      try said("x.to_csv('data/words.txt')\n", at: "notebooks/words.py").contains(
        "do:  move it to where the code is, such as src/words.py (git mv), then: dvc remove data/words.txt.dvc, then: "
          + "dvc stage add -n NAME -d src/words.py -o data/words.txt COMMAND"))
  }

  @Test func `a script that a stage runs is the stage's`() throws {
    #expect(try said("x.to_csv('data/words.txt')", at: "train.py") == "")
  }

  @Test(
    arguments: [
      "tests/test_io.py", "tests/helper.py", "src/test/io.py", "src/test_io.py", "src/io_test.py",
      "conftest.py", "tests/testthat/test-io.R", "test/runtests.jl",
    ] as [RepositoryPath])
  func `a test writes nothing that counts`(file: RepositoryPath) throws {
    let script =
      "x.to_csv('data/words.txt')\nwrite.csv(x, 'data/words.txt')\nCSV.write(x, \"data/words.txt\")\n"
    #expect(try said(script, at: file) == "")
    #expect(try said(script, at: file, pointer: true) == "")
  }

  @Test(arguments: ["src/latest.py", "src/contest.py", "src/testing/io.py"] as [RepositoryPath])
  func `a name that only has the word is no test`(file: RepositoryPath) throws {
    #expect(try said("x.to_csv(\"data/words.txt\")\n", at: file).contains("[layout/no-stage]"))
  }

  @Test(
    arguments: [
      ("src/words.py", "monkeypatch.chdir(tmp_path)"), ("src/words.py", "import os; os.chdir( 'out' )"),
      ("src/words.py", "with chdir(work):"), ("src/words.R", "setwd('out')"),
      ("src/words.jl", "cd(\"out\")"),
    ] as [(RepositoryPath, String)])
  func `where a script goes to another directory nobody knows what it writes`(
    file: RepositoryPath, line: String
  )
    throws
  {
    let writes = "x.save(\"data/words.txt\")\n"
    #expect(try said("\(line)\n" + writes, at: file) == "")
    #expect(try said("# \(line)\n" + writes, at: file).contains("[layout/no-stage]"))
  }

  private func pointer(_ name: String, _ text: String) -> String {
    "outs:\n- md5: \(md5(text))\n  size: 1\n  hash: md5\n  path: \(name)\n"
  }
}
