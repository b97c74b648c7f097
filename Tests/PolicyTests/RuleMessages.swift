import DVC
import Trees
import Values

@testable import Policy

/// A repository in which a rule says one of its messages.
struct RuleMessage: Sendable {
  let rule: RuleID
  let title: String
  let subject: @Sendable () throws -> Subject
  /// What policy sets; the rule is on.
  var options = ""

  init(
    _ rule: RuleID, _ title: String, options: String = "", _ subject: @escaping @Sendable () throws -> Subject
  ) {
    self.rule = rule
    self.title = title
    self.options = options
    self.subject = subject
  }

  /// The report on it, without the line that counts.
  func text() throws -> String {
    let level = (Rule.named(rule)?.severity ?? .warning) == .error ? "error" : "warn"
    let policy = try Policy(reading: "rules: {\(rule): {severity: \(level)\(options)}}")
    let lines = try subject().report(policy, only: [rule]).split(separator: "\n")
    return lines.filter { !$0.hasPrefix("guard: ") && !$0.hasPrefix("not checked: ") }.map { $0 + "\n" }
      .joined()
  }
}

extension RuleMessage {
  /// Every message of every rule, as far as it is not another one's with other names.
  static let all: [RuleMessage] = lock + data + cache + run + practice

  /// The training, changed.
  static func training(_ change: (inout Repository) -> Void) -> Repository {
    var repository = Repository.training()
    change(&repository)
    return repository
  }

  /// The training with a text replaced in one of its files.
  static func training(_ file: RepositoryPath, _ old: String, _ new: String) -> Repository {
    training { $0[file] = $0[file]?.replacingText(old, with: new) }
  }

  private static let lock: [RuleMessage] = [
    RuleMessage("lock/params", "another value") { training("params.yaml", "0.01", "0.02").commit() },
    RuleMessage("lock/params", "another type") { training("params.yaml", "0.01", "'0.01'").commit() },
    RuleMessage("lock/params", "a rounding") {
      training("params.yaml", "0.01", "0.010000000000000002").commit()
    },
    RuleMessage("lock/params", "a key that is gone") { training("params.yaml", "lr: 0.01\n", "").commit() },
    RuleMessage("lock/params", "a key that the commit takes out") {
      training("params.yaml", "lr: 0.01\n", "").commit(after: [.training()])
    },
    RuleMessage("lock/params", "a file that is gone") { training { $0["params.yaml"] = nil }.commit() },
    RuleMessage("lock/deps", "other content") { training { $0["train.py"] = "print(2)\n" }.commit() },
    RuleMessage("lock/deps", "missing") { training { $0["train.py"] = nil }.commit() },
    RuleMessage("lock/deps", "missing, and ignored by Git") {
      training {
        $0["train.py"] = nil
        $0.ignored.insert("train.py")
      }.commit()
    },
    RuleMessage("lock/deps", "missing, and deleted by the commit") {
      training { $0["train.py"] = nil }.staged(after: .training())
    },
    RuleMessage("lock/deps", "moved by the commit") {
      training { ($0["fit.py"], $0["train.py"]) = ($0["train.py"], nil) }.staged(after: .training())
    },
    RuleMessage("lock/deps", "other line ends") {
      training {
        $0["dvc.lock"] = $0["dvc.lock"]?.replacingText(
          md5("print('training')\n"), with: md5("print('training')\r\n"))
      }.commit()
    },
    RuleMessage("lock/deps", "files that Git does not have") {
      training {
        $0["src/a.py"] = "1\n"
        $0["dvc.yaml"] = $0["dvc.yaml"]?.replacingText("- train.py", with: "- src")
        $0["dvc.lock"] = $0["dvc.lock"]?.replacingText(
          "path: train.py\n      hash: md5\n      md5: \(md5("print('training')\n"))",
          with: "path: src\n      hash: md5\n      nfiles: 2\n      md5: \(md5("x")).dir")
      }.commit()
    },
    RuleMessage("lock/deps", "a .dvc file that was edited") {
      var repository = Repository()
      repository["data.csv.dvc"] = "md5: \(md5("x"))\n" + pointer("data.csv", "x")
      return repository.commit()
    },
    RuleMessage("lock/command", "another command") {
      training("dvc.yaml", "python train.py", "python -B train.py").commit()
    },
    RuleMessage("lock/outs", "other content") {
      training { $0["metrics.json"] = "{}\n" }.commit(after: [.training()])
    },
    RuleMessage("lock/outs", "of another run") { training { $0["metrics.json"] = "{}\n" }.commit() },
    RuleMessage("lock/outs", "missing") { training { $0["metrics.json"] = nil }.commit() },
    RuleMessage("lock/outs", "kept out by a .gitignore") {
      training {
        $0["metrics.json"] = nil
        $0.ignored.insert("metrics.json")
      }.commit()
    },
    RuleMessage("lock/outs", "edited") {
      training {
        $0["metrics.json"] = "{}\n"
        $0.workTree["model.pkl"] = "weights"
      }.staged(after: .training())
    },
    RuleMessage("lock/outs", "other line ends") {
      training {
        $0["dvc.lock"] = $0["dvc.lock"]?.replacingText(
          md5("{\"auc\": 0.9}\n"), with: md5("{\"auc\": 0.9}\r\n"))
      }.commit()
    },
    RuleMessage("lock/missing", "a stage") { training { $0["dvc.lock"] = nil }.commit() },
    RuleMessage("lock/missing", "a stage whose lock is hidden") {
      training { $0[".dvcignore"] = "*.lock\n" }.commit()
    },
    RuleMessage("lock/missing", "a dependency") {
      training {
        $0["other.py"] = "1\n"
        $0["dvc.yaml"] = $0["dvc.yaml"]?.replacingText("- train.py", with: "- train.py\n      - other.py")
      }.commit()
    },
    RuleMessage("lock/missing", "a parameter") {
      training {
        $0["params.yaml"]? += "seed: 1\n"
        $0["dvc.yaml"] = $0["dvc.yaml"]?.replacingText("- epochs", with: "- epochs\n      - seed")
      }.commit()
    },
    RuleMessage("lock/missing", "a parameters file") {
      training {
        $0["other.yaml"] = "a: 1\n"
        $0["dvc.yaml"] = $0["dvc.yaml"]?.replacingText("- epochs", with: "- epochs\n      - other.yaml:")
      }.commit()
    },
    RuleMessage("lock/missing", "an output") {
      training("dvc.yaml", "- model.pkl", "- model.pkl\n      - model.pkl.2").commit()
    },
    RuleMessage("lock/missing", "the hash in a .dvc file") {
      var repository = Repository()
      repository["data.csv.dvc"] = "outs:\n- path: data.csv\n"
      return repository.commit()
    },
    RuleMessage("lock/orphan", "an entry") { training("dvc.yaml", "  train:", "  fit:").commit() },
    RuleMessage("lock/orphan", "a whole lock") { training { $0["dvc.yaml"] = nil }.commit() },
    RuleMessage("lock/orphan", "a whole lock, whose pipeline the commit deletes") {
      training { $0["dvc.yaml"] = nil }.staged(after: .training())
    },
    RuleMessage("lock/orphan", "of a pipeline that is hidden") {
      training { $0[".dvcignore"] = "dvc.yaml\n" }.commit()
    },
    RuleMessage("lock/orphan", "beside a directory") {
      training {
        $0["dvc.yaml"] = nil
        $0["dvc.yaml/a"] = ""
      }.commit()
    },
    RuleMessage("lock/unreadable", "conflict markers") {
      training { $0["dvc.lock"]? += "<<<<<<< HEAD\n" }.commit()
    },
    RuleMessage("lock/unreadable", "no YAML") { training { $0["dvc.yaml"] = "a: [\n" }.commit() },
    RuleMessage("lock/unreadable", "another form") { training { $0["dvc.yaml"] = "stages: 3\n" }.commit() },
    RuleMessage("lock/unreadable", "a template without its value") {
      training("dvc.yaml", "python train.py", "python train.py ${size}").commit()
    },
    RuleMessage("lock/unreadable", "a template without its file") {
      var repository = training("dvc.yaml", "python train.py", "python train.py ${size}")
      repository["params.yaml"] = nil
      return repository.commit()
    },
    RuleMessage("lock/unreadable", "a template whose file Git ignores") {
      var repository = training("dvc.yaml", "python train.py", "python train.py ${size}")
      repository["params.yaml"] = nil
      repository.ignored.insert("params.yaml")
      return repository.commit()
    },
    RuleMessage("lock/unreadable", "a value that no template can take") {
      training { $0["params.yaml"]? += "start: 2024-01-01\n" }.commit()
    },
    RuleMessage("lock/unreadable", "a lock of an old DVC") {
      training { $0["dvc.lock"] = "train:\n  cmd: python train.py\n" }.commit()
    },
    RuleMessage("lock/unreadable", "a lock that Git ignores") {
      training { $0.ignored.insert("dvc.lock") }.commit()
    },
    RuleMessage("lock/unreadable", "a hash that nobody can have written") {
      training("dvc.lock", "0123456789abcdef0123456789abcdef", "../../x").commit()
    },
    RuleMessage("lock/unreadable", "the repository is removed") {
      training { $0.files[".dvc/config"] = nil }.staged(after: .training())
    },
    RuleMessage("lock/hidden", "by a line") {
      training { $0[".dvcignore"] = "dvc.*\n" }.staged(after: .training())
    },
    RuleMessage("lock/hidden", "a lock") {
      training { $0[".dvcignore"] = "*.lock\n" }.staged(after: .training())
    },
  ]

  private static let data: [RuleMessage] = [
    RuleMessage("data/left-behind", "deleted") {
      var after = Repository.training()
      after["params.yaml"] = "lr: 0.5\nepochs: 3\n"
      after.workTree["metrics.json"] = .some(nil)
      after.lock(train: "train.py", lr: "0.5", in: .workTree)
      return after.staged(after: .training())
    },
    RuleMessage("data/left-behind", "of a stage") {
      let before = Repository.training()
      var after = before
      after["params.yaml"] = "lr: 0.5\nepochs: 3\n"
      after.workTree["metrics.json"] = "{}\n"
      after.lock(train: "train.py", lr: "0.5", in: .workTree)
      return after.staged(after: before)
    },
    RuleMessage("data/left-behind", "a pointer that is new") {
      var before = Repository()
      before[".gitignore"] = "\n"
      var after = before
      after[".gitignore"] = "/data.csv\n"
      after.ignored = ["data.csv"]
      after.workTree["data.csv.dvc"] = pointer("data.csv", "x")
      return after.staged(after: before)
    },
    RuleMessage("data/left-behind", "results and parameters beside the stages") {
      var before = Repository.training()
      before["dvc.yaml"]? += "metrics: [live.json]\nparams: [config.yaml]\n"
      before["live.json"] = "{}\n"
      before["config.yaml"] = "a: 1\n"
      var after = before
      after["params.yaml"] = "lr: 0.02\nepochs: 3\n"
      after.workTree["live.json"] = "{\"a\": 1}\n"
      after.workTree["config.yaml"] = "a: 2\n"
      after.lock(train: "train.py", lr: "0.02", in: .workTree)
      return after.staged(after: before)
    },
    RuleMessage("data/left-behind", "the repository itself") {
      var repository = Repository.training()
      repository.files[".dvc/config"] = nil
      repository.workTree[".dvc/config"] = ""
      return repository.staged()
    },
    RuleMessage("data/modified", "an output") {
      training { $0.workTree["model.pkl"] = "weights" }.staged()
    },
    RuleMessage("data/modified", "an output that the cache has as it was") {
      training {
        $0.workTree["model.pkl"] = "weights"
        $0.cached = ["0123456789abcdef0123456789abcdef": "old"]
      }.staged()
    },
    RuleMessage("data/modified", "raw data") {
      var repository = Repository()
      repository["data/raw/s.csv.dvc"] = pointer("s.csv", "old")
      repository.ignored = ["data/raw/s.csv"]
      repository.workTree["data/raw/s.csv"] = "new"
      repository.cached = [Text(md5("old")): "old"]
      return repository.staged()
    },
    RuleMessage("data/modified", "not checked out") {
      var before = Repository()
      before["data.csv.dvc"] = pointer("data.csv", "old")
      before.ignored = ["data.csv"]
      var merged = before
      merged["data.csv.dvc"] = pointer("data.csv", "theirs")
      merged.workTree["data.csv"] = "old"
      merged.cached = [Text(md5("theirs")): "theirs"]
      return merged.staged(after: before)
    },
    RuleMessage("data/in-git", "a file") { training { $0["model.pkl"] = "x" }.commit() },
    RuleMessage("data/in-git", "files in a directory") {
      var repository = Repository()
      repository["raw.dvc"] = pointer("raw", "x")
      repository["raw/new.csv"] = "x"
      return repository.commit()
    },
    RuleMessage("data/in-git", "metrics") {
      training {
        $0["dvc.yaml"] = $0["dvc.yaml"]?.replacingText(
          "metrics.json:\n          cache: false", with: "metrics.json")
      }.commit()
    },
    RuleMessage("data/in-git", "not covered") { training { $0.ignored = [] }.commit() },
    RuleMessage("data/large-file", "a file") {
      training {
        $0["weights.bin"] = "x"
        $0.sizes["weights.bin"] = 12_300_000
      }.commit()
    },
    RuleMessage("data/large-file", "an output in Git") {
      training { $0.sizes["metrics.json"] = 12_300_000 }.commit()
    },
    RuleMessage("data/raw-changed", "deleted") {
      var before = Repository()
      before["data/raw/s.csv.dvc"] = pointer("s.csv", "old")
      before["data/raw/.gitignore"] = "/s.csv\n"
      var after = before
      after["data/raw/s.csv.dvc"] = nil
      after["data/raw/.gitignore"] = nil
      return after.staged(after: before)
    },
    RuleMessage("data/raw-changed", "deleted by a commit") { Repository().commit(after: [.rawFiles(1)]) },
    RuleMessage("data/raw-changed", "many deleted") { Repository().staged(after: .rawFiles(6)) },
    RuleMessage("data/raw-changed", "many deleted by a commit") {
      Repository().commit(after: [.rawFiles(6)])
    },
    RuleMessage("data/raw-changed", "in place") {
      var before = Repository()
      before["data/raw/s.csv.dvc"] = pointer("s.csv", "old")
      var after = before
      after["data/raw/s.csv.dvc"] = pointer("s.csv", "new")
      return after.commit(after: [before])
    },
  ]

  /// The training whose metrics DVC's cache holds.
  static func cached(_ section: String, _ file: RepositoryPath) -> Repository {
    training {
      $0["dvc.yaml"] = $0["dvc.yaml"]?.replacingText(
        "metrics:\n      - metrics.json:\n          cache: false", with: "\(section):\n      - \(file)")
      $0["dvc.lock"] = $0["dvc.lock"]?.replacingText("metrics.json", with: "\(file)")
      $0["metrics.json"] = nil
      $0.ignored = ["model.pkl", file]
      $0[".gitignore"] = "/model.pkl\n/\(file)\n"
    }
  }

  static func without(_ file: RepositoryPath, isIgnored: Bool = false, isHere: Bool = false)
    -> Repository
  {
    training {
      if isHere { $0.workTree[file] = $0[file] }
      $0[file] = nil
      if isIgnored { $0.ignoredInWorkTree = [file] }
    }
  }

  static func message(_ text: Text) -> Repository { training { $0.message = text } }
}
