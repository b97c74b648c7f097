import Glibc
import Platform
import Support
import Testing

/// A scratch folder with a home of its own and, in `r`, a repository with a small training pipeline, all of it
/// coherent and committed, and guard's hooks installed. The scripts have these commands beside the usual ones:
///
/// - `repro` runs the pipeline and records it, and `add FILE` writes a `.dvc` file: what `dvc` would do;
/// - `commit …` runs a command that may make a commit, and prints `passed` or `stopped` and the rules that guard
///   named; what was printed is then in `$ROOT/said`;
/// - `stale` changes a parameter and nothing else, so that `dvc.lock` is stale.
final class CommitSandbox {
  let root: String
  private let environment: ProcessEnvironment

  /// - Parameter isBare: whether there is no repository in `r` yet.
  init(isBare: Bool = false) throws {
    root = "/tmp/guard-commits-\(getpid())-\(UInt32.random(in: .min ... .max))"
    try FileSystem.createDirectories(Array("\(root)/home".utf8))
    try FileSystem.createDirectories(Array("\(root)/bin".utf8))
    environment = ProcessEnvironment([
      "PATH": "\(root)/bin:/usr/bin:/bin", "HOME": "\(root)/home", "ROOT": root, "LC_ALL": "C",
    ])
    try write("bin/lock", Self.pipeline.recording, mode: 0o755)
    try write("bin/repro", Self.repro, mode: 0o755)
    try write("bin/add", PipelineBuilder.pointing, mode: 0o755)
    try write(
      "bin/pipeline", "#!/bin/sh\ncat > dvc.yaml <<'END'\n\(Self.pipeline.definition)END\n", mode: 0o755)
    try run(
      """
      ln -s \(BuiltGuard.path) bin/guard
      git config --global init.defaultBranch main; git config --global user.name a; git config --global user.email a@b
      """)
    guard !isBare else { return }
    try run("git init -q r; cd r; \(Self.files)git add -A; git commit -qm one; guard install >/dev/null")
  }

  deinit {
    do { try run("chmod -R u+rwx \"$ROOT\"; rm -rf \"$ROOT\"") } catch { Issue.record(error) }
  }

  /// What a script prints, standard error in it, its last line the exit code unless that is 0.
  @discardableResult
  func run(_ script: String, seconds: Int = 60) throws -> String {
    let body = """
      commit() {
        before=$(git rev-parse -q --verify HEAD)
        "$@" > "$ROOT/said" 2>&1 </dev/null; code=$?
        if [ "$before" != "$(git rev-parse -q --verify HEAD)" ]; then verdict=passed; else verdict=stopped; fi
        case $verdict$code in passed0|stopped[1-9]*) ;; *) verdict="$verdict with exit code $code" ;; esac
        echo $verdict $(sed -nE 's/.*: (error|warning): .*\\[([a-z/-]*)\\]$/\\2/p' "$ROOT/said" | sort -u)
      }
      stale() { sed -i 's/^lr: .*/lr: 2/' params.yaml; }
      cd "$ROOT" && { \(script)
      } 2>&1
      """
    var command = Command(Array("/bin/sh".utf8), ["-c", body], environment: environment)
    command.deadline = seconds * 1000
    let outcome = try command.run()
    let text = String(decoding: outcome.output, as: UTF8.self)
    return outcome.ending == .exited(0) ? text : "\(text)\(outcome.ending)\n"
  }

  /// Runs a script in the repository.
  @discardableResult
  func inside(_ script: String) throws -> String { try run("cd r; \(script)") }

  /// Expects what a script in the repository prints.
  func expect(
    _ expected: String, _ script: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let said = try inside(script)
    #expect(said == expected, sourceLocation: sourceLocation)
  }

  /// Writes a file below the root.
  func write(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o644) throws {
    try FileSystem.write(bytes, to: Array("\(root)/\(path)".utf8), mode: mode)
  }

  /// Writes a text file below the root.
  func write(_ path: String, _ text: String, mode: UInt32 = 0o644) throws {
    try write(path, Array(text.utf8), mode: mode)
  }

  // MARK: - The pipeline

  private static let pipeline = PipelineBuilder([
    PipelineBuilder.Stage("prepare", deps: ["data/raw.csv", "prepare.py"], outs: ["data/prepared.csv"]),
    PipelineBuilder.Stage(
      "train", deps: ["data/prepared.csv", "train.py"], params: ["epochs", "lr"], metrics: ["metrics.json"]),
  ])

  /// Results that change with whatever they are made of.
  private static let repro = """
    #!/bin/sh
    cat data/raw.csv prepare.py | tr a-z b-za > data/prepared.csv
    cat train.py data/prepared.csv params.yaml | md5sum | sed 's/\\(....\\).*/{"accuracy": "\\1"}/' > metrics.json
    lock

    """

  /// Makes the files of a repository in the current folder.
  static let files = """
    mkdir -p .dvc data docs; : > .dvc/config; : > requirements.txt; printf '/config.local\\n/tmp\\n/cache\\n' > .dvc/.gitignore
    printf '/raw.csv\\n/prepared.csv\\n' > data/.gitignore; printf 'a,b\\n1,2\\n' > data/raw.csv; add data/raw.csv
    echo 'print(1)' > prepare.py; echo 'print(2)' > train.py; printf 'lr: 1\\nepochs: 3\\nseed: 1\\n' > params.yaml
    echo text > docs/page.md; pipeline; repro

    """
}

/// The guard that the tests run.
enum BuiltGuard {
  /// The one that `GUARD_BIN` names, or what was built beside these tests.
  static var path: String {
    if let named = ProcessEnvironment.current()["GUARD_BIN"] { return named }
    let tests = Array((CommandLine.arguments.first ?? "").utf8)
    return String(decoding: FileSystem.parent(of: tests), as: UTF8.self) + "/guard"
  }
}
