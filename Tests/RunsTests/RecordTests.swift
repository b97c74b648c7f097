import Git
import Platform
import Support
import Testing
import Values

@testable import Runs

/// What a record says, word for word.
@Suite struct RecordTests {
  @Test func `a commit without DVC has no record unless one is wanted`() throws {
    let scratch = try ScratchRepository()
    try scratch.write("x\n", to: "README.md")
    try scratch.commitAll()
    let repository = try RunsFixture.open(scratch)
    let head = try #require(try repository.head())
    let builder = try RecordBuilder(repository)
    #expect(try builder.recordWithDVC(of: head)?.commit == nil)
    #expect(try builder.record(of: head).commit == head)
    let pipeline = try RunsFixture.repository()
    let other = try RunsFixture.open(pipeline)
    let commit = try #require(try other.head())
    let both = try RecordBuilder(other)
    #expect(try both.recordWithDVC(of: commit)?.line == both.record(of: commit).line)
  }

  @Test func `the record of a commit`() throws {
    let repository = try RunsFixture.repository()
    let record = try RunsFixture.record(repository)
    let commit = try repository.line("rev-parse", "HEAD")
    let tree = try repository.line("rev-parse", "HEAD^{tree}")
    var files: [String] = []
    for (name, type) in [
      ("dvc.lock", "yaml"), ("dvc.yaml", "yaml"), ("more.toml", "toml"), ("params.yaml", "yaml"),
      ("requirements.txt", ""),
    ] {
      let blob = try repository.line("rev-parse", "HEAD:\(name)")
      let bytes = try repository.git("cat-file", "blob", blob)
      let sha256 = try Self.sha256(bytes)
      let type = type.isEmpty ? "text/plain" : "application/\(type)"
      files.append(
        #"{"digest":{"gitBlob":"\#(blob)","sha256":"\#(sha256)"},"mediaType":"\#(type)","name":"\#(name)"}"#)
    }
    let input = try Self.sha256(
      Array(
        (#"{"cmd":"python src/train.py","deps":["#
          + #"{"dvcDirMd5":"d632eba71107bf7bc3ec423eab256d78","path":"data/raw"},"#
          + #"{"md5":"b0283debb0d8971ff649bc14191fb116","path":"src/train.py"}],"#
          + #""params":{"params.yaml":{"seed":7,"train.lr":0.2}}}"#).utf8))
    let expected =
      #"{"_type":"https://in-toto.io/Statement/v1","predicate":{"#
      + #""commit":{"authorTime":1700000000,"commitTime":1700000000,"parents":[],"tree":"\#(tree)"},"#
      + #""data":[{"annotations":{"dvcFile":"data/raw.dvc","nfiles":100,"size":29200},"#
      + #""digest":{"dvcDirMd5":"d632eba71107bf7bc3ec423eab256d78"},"name":"data/raw"}],"#
      + #""environment":{"file":"requirements.txt","kind":"pip"},"#
      + #""files":[\#(files.joined(separator: ","))],"#
      + #""metrics":{"extra.json":{"loss":1e-07,"nan":"NaN"},"#
      + #""metrics.json":{"acc":0.902,"deep.n":1,"deep.s":"x"}},"#
      + #""params":{"api_token":{"redacted":true},"deep.er.x":[1,2.5],"seed":7,"train.epochs":3,"train.lr":0.2},"#
      + #""redacted":["api_token"],"#
      + #""results":{"introducedBy":"\#(commit)","sameAsParent":false},"schema":1,"#
      + #""stages":{"train":{"cmd":"python src/train.py","#
      + #""deps":[{"annotations":{"nfiles":100,"size":29200},"#
      + #""digest":{"dvcDirMd5":"d632eba71107bf7bc3ec423eab256d78"},"name":"data/raw"},"#
      + #"{"annotations":{"size":620},"digest":{"md5":"b0283debb0d8971ff649bc14191fb116"},"name":"src/train.py"}],"#
      + #""inputDigest":"\#(input)","#
      + #""outs":[{"annotations":{"size":46},"digest":{"md5":"e9baf9647e67ba54bdb8655763f8aa82"},"#
      + #""name":"metrics.json"},"#
      + #"{"annotations":{"size":50},"digest":{"md5":"ba07e890a9d8425322a3aae99e2d139f"},"name":"model.bin"}],"#
      + #""params":{"params.yaml":{"seed":7,"train.lr":0.2}}}}},"#
      + #""predicateType":"https://guard-dvc.org/run-record/v1","#
      + #""subject":[{"digest":{"gitCommit":"\#(commit)"}}]}"# + "\n"
    #expect(record.line.text == expected)
    // Read again, it is the same.
    #expect(try #require(RunRecord(line: record.line)).line == record.line)
    #expect(record.introducedBy?.description == commit && record.stages.map(\.name) == ["train"])
  }

  @Test func `the work tree, the clone and the machine have no part in it`() throws {
    let repository = try RunsFixture.repository()
    try repository.commitAll("two")
    let line = try RunsFixture.record(repository).line
    let clone = try repository.clone("clone", "--bare")
    #expect(try RunsFixture.record(clone).line == line)
    try repository.write("seed: 8\n", to: "params.yaml")
    try repository.write("*.yaml\n", to: ".gitignore")
    try repository.write("dvc.yaml\n", to: ".git/info/exclude")
    try repository.write("* -text filter=unknown\n", to: ".git/info/attributes")
    try repository.write("[core]\n no_scm = true\n[parsing]\n bool = x\n", to: ".dvc/config.local")
    try repository.git("config", "core.autocrlf", "true")
    try repository.git("config", "core.excludesFile", ".gitignore")
    #expect(try RunsFixture.record(repository).line == line)
    // Replaced objects are what somebody has put in their place.
    try repository.git("replace", "HEAD:params.yaml", "HEAD:dvc.yaml")
    #expect(try RunsFixture.record(repository).line == line)
  }

  @Test func `a commit without DVC, and an empty one`() throws {
    let repository = try ScratchRepository()
    try repository.commitAll("empty")
    let record = try RunsFixture.record(repository)
    #expect(record.predicate.object?.map(\.key) == ["commit", "schema"])
    try repository.write("{}", to: "params.yaml")
    try repository.write("x", to: "Dockerfile")
    try repository.write("x", to: "requirements-dev.txt")
    try repository.commitAll("code")
    #expect(
      try RunsFixture.record(repository).text("environment")
        == #"{"file":"requirements-dev.txt","kind":"pip"}"#)
  }

  @Test func `what cannot be read is named, and the rest is there`() throws {
    let repository = try RunsFixture.repository()
    try repository.write("stages: [\n", to: "dvc.yaml")
    try repository.write("[deep\n", to: "more.toml")
    try repository.write(
      "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "a", count: 64))\nsize 3\n",
      to: "extra.json")
    try repository.commitAll("broken")
    var record = try RunsFixture.record(repository)
    #expect(record.text("unreadable") == #"[{"name":"dvc.yaml","why":"invalid"}]"#)
    // The lock can be read: its stages are told as it names them.
    #expect(
      record.stages.map(\.name) == ["train"]
        && record.stages[0].deps.map(\.name) == ["data/raw", "src/train.py"])
    #expect(record.parameters.map(\.key) == ["api_token", "seed", "train.epochs", "train.lr"])
    try repository.write(RunsFixture.pipeline, to: "dvc.yaml")
    try repository.write("<<<<<<< ours\nschema: '2.0'\n=======\n>>>>>>> theirs\n", to: "dvc.lock")
    try repository.git("rm", "-q", "--cached", "metrics.json")
    try repository.write("metrics.json\n", to: ".gitignore")
    try repository.commitAll("broken otherwise")
    record = try RunsFixture.record(repository)
    #expect(
      record.text("unreadable")
        == #"[{"name":"dvc.lock","why":"conflict-markers"}]"#)
    #expect(record.stages.isEmpty && record.text("data") != "nothing")
    try repository.write(RunsFixture.lock, to: "dvc.lock")
    try repository.commitAll("mended in part")
    #expect(
      try RunsFixture.record(repository).text("unreadable")
        == #"[{"name":"extra.json","why":"not-in-git"},{"name":"metrics.json","why":"missing"},"#
        + #"{"name":"more.toml","why":"invalid"}]"#)
  }

  @Test func `several DVC repositories, files of one name, and keys that two files have`() throws {
    let repository = try RunsFixture.repository()
    for directory in ["sub", "sub/deep"] {
      try repository.write("", to: "\(directory)/.dvc/config")
      try repository.write(
        "stages:\n  a:\n    cmd: c\n    wdir: w\n    deps: [../in]\n", to: "\(directory)/dvc.yaml")
      try repository.write(
        "schema: '2.0'\nstages:\n  a:\n    cmd: c\n    deps:\n    - path: ../in\n      md5: d632eba71107bf7bc3ec423eab256d78\n"
          + "  gone:\n    cmd: x\n",
        to: "\(directory)/dvc.lock")
      try repository.write("seed: 1\nown_\(directory.count): 2\n", to: "\(directory)/params.yaml")
    }
    try repository.write("name: x\n", to: "sub/conda.yaml")
    try repository.commitAll("several")
    let record = try RunsFixture.record(repository)
    #expect(record.stages.map(\.name) == ["sub/deep/dvc.yaml:a", "sub/dvc.yaml:a", "train"])
    #expect(record.stages[1].deps.map(\.name) == ["sub/in"])
    #expect(record.stages[1].deps[0].digest?.name == "dvcMd5Dos2unix")
    #expect(
      record.parameters.map(\.key.string) == [
        "api_token", "deep.er.x", "own_3", "own_8", "params.yaml:seed", "sub/deep/params.yaml:seed",
        "sub/params.yaml:seed", "train.epochs", "train.lr",
      ])
    #expect(record.environment?.file == "requirements.txt")
    #expect(record.files.map(\.name).contains("sub/conda.yaml"))
  }

  static func sha256(_ bytes: [UInt8]) throws -> String {
    var command = Command(Array("/usr/bin/sha256sum".utf8), ["-"], environment: .current())
    command.input = .bytes(bytes)
    return String(try command.run().output.text.prefix(64))
  }
}
