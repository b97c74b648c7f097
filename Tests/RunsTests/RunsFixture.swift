import Git
import Platform
import Support
import Testing
import Values

@testable import Runs

/// A repository with a pipeline that DVC would have recorded so, data behind a `.dvc` file, and an environment.
enum RunsFixture {
  static let pipeline = """
    params:
    - more.toml
    metrics:
    - extra.json
    stages:
      train:
        cmd: python src/train.py
        deps:
        - data/raw
        - src/train.py
        params:
        - seed
        - train.lr
        outs:
        - model.bin
        metrics:
        - metrics.json:
            cache: false

    """

  static let lock = """
    schema: '2.0'
    stages:
      train:
        cmd: python src/train.py
        deps:
        - path: data/raw
          hash: md5
          md5: d632eba71107bf7bc3ec423eab256d78.dir
          size: 29200
          nfiles: 100
        - path: src/train.py
          hash: md5
          md5: b0283debb0d8971ff649bc14191fb116
          size: 620
        params:
          params.yaml:
            seed: 7
            train.lr: 0.2
        outs:
        - path: metrics.json
          hash: md5
          md5: e9baf9647e67ba54bdb8655763f8aa82
          size: 46
        - path: model.bin
          hash: md5
          md5: ba07e890a9d8425322a3aae99e2d139f
          size: 50

    """

  static func repository() throws -> ScratchRepository {
    let repository = try ScratchRepository()
    try repository.write("", to: ".dvc/.gitignore")
    try repository.write("", to: ".dvc/config")
    try repository.write(pipeline, to: "dvc.yaml")
    try repository.write(lock, to: "dvc.lock")
    try repository.write("seed: 7\ntrain: {lr: 0.2, epochs: 3}\napi_token: abc\n", to: "params.yaml")
    try repository.write("[deep.er]\nx = [1, 2.5]\n", to: "more.toml")
    try repository.write(#"{"acc": 0.902, "deep": {"n": 1, "s": "x", "list": [1]}}"#, to: "metrics.json")
    try repository.write(#"{"loss": 1e-07, "nan": NaN}"#, to: "extra.json")
    try repository.write("numpy==1.26\n", to: "requirements.txt")
    try repository.write("print()\n", to: "src/train.py")
    try repository.write(
      "outs:\n- md5: d632eba71107bf7bc3ec423eab256d78.dir\n  hash: md5\n  size: 29200\n  nfiles: 100\n  path: raw\n",
      to: "data/raw.dvc")
    try repository.commitAll("one")
    return repository
  }

  static func record(
    _ repository: ScratchRepository, _ revision: String = "HEAD", redact: [Text] = []
  ) throws -> RunRecord {
    let opened = try Repository.open(from: repository.path, environment: repository.environment)
    let settings = RecordSettings(redaction: Redaction(redact: redact))
    return try RecordBuilder(opened, settings: { _ in settings }).record(of: opened.resolve(revision))
  }

  static func open(_ repository: ScratchRepository) throws -> Repository {
    try Repository.open(from: repository.path, environment: repository.environment)
  }
}

extension RunRecord {
  /// A member of the predicate in canonical form.
  func text(_ keys: Text...) -> String {
    var value: JSON? = predicate
    for key in keys { value = value?[key] }
    return value.map { String(decoding: $0.canonical, as: UTF8.self) } ?? "nothing"
  }
}
