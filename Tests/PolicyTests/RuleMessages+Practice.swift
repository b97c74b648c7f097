import DVC
import Trees
import Values

@testable import Policy

extension RuleMessage {
  /// What the rules on practices say.
  static let practice: [RuleMessage] = [
    RuleMessage("params/undeclared", "by a script") {
      training {
        $0["train.py"] = "open('params.yaml')\n"
        $0["dvc.yaml"] = $0["dvc.yaml"]?.replacingText("    params:\n      - lr\n      - epochs\n", with: "")
      }.commit()
    },
    RuleMessage("params/undeclared", "by the command") {
      training {
        $0["dvc.yaml"] = $0["dvc.yaml"]?.replacingText("    params:\n      - lr\n      - epochs\n", with: "")
          .replacingText("python train.py", with: "python train.py params.yaml")
      }.commit()
    },
    RuleMessage("params/unused", "a key and a group") {
      training { $0["params.yaml"]? += "model:\n  depth: 3\nseed: 1\n" }.commit()
    },
    RuleMessage("layout/params", "not staged") { without("params.yaml", isHere: true).staged() },
    RuleMessage("layout/params", "ignored") {
      without("params.yaml", isIgnored: true, isHere: true).staged()
    },
    RuleMessage("layout/params", "nowhere") { without("params.yaml").commit() },
    RuleMessage("layout/params", "named beside the stages") {
      training { $0["dvc.yaml"]? += "params: [other.yaml]\n" }.commit()
    },
    RuleMessage("layout/metrics", "metrics") { cached("metrics", "metrics.json").commit() },
    RuleMessage("layout/metrics", "a plot") { cached("plots", "roc.csv").commit() },
    RuleMessage("layout/notebook-stage", "runs a notebook") {
      training("dvc.yaml", "python train.py", "papermill train.ipynb out.ipynb").commit()
    },
    RuleMessage("layout/notebook-stage", "code among the notebooks") {
      training {
        $0["notebooks/train.py"] = ""
        $0["dvc.yaml"] = $0["dvc.yaml"]?.replacingText("train.py", with: "notebooks/train.py")
      }.commit()
    },
    RuleMessage("layout/no-stage", "a script") {
      training {
        $0["words.py"] = "x.to_csv('words.csv')\n"
        $0["words.csv.dvc"] = pointer("words.csv", "x")
      }.staged(after: .training())
    },
    RuleMessage("layout/dvcignore", "modules") {
      training {
        $0["src/a.py"] = ""
        $0["src/b.py"] = ""
        $0["dvc.yaml"] = $0["dvc.yaml"]?.replacingText("- train.py", with: "- src")
      }.commit()
    },
    RuleMessage("notebook/outputs", "one cell") {
      training { $0["a.ipynb"] = #"{"cells": [{"outputs": [1]}]}"# }.staged(after: .training())
    },
    RuleMessage("notebook/outputs", "more cells") {
      training { $0["a.ipynb"] = #"{"cells": [{"outputs": [1]}, {"outputs": [1]}]}"# }.staged(
        after: .training())
    },
    RuleMessage("env/untracked", "none") { without("requirements.txt").commit() },
    RuleMessage("env/untracked", "not staged") { without("requirements.txt", isHere: true).staged() },
    RuleMessage("env/untracked", "ignored") {
      without("requirements.txt", isIgnored: true, isHere: true).staged()
    },
    RuleMessage("env/unpinned", "a package") { training { $0["requirements.txt"] = "numpy\n" }.commit() },
    RuleMessage("env/unpinned", "limits") { training { $0["requirements.txt"] = "numpy>=1\n" }.commit() },
    RuleMessage("env/unpinned", "many") { training { $0["requirements.txt"] = "a\nb\nc\nd\ne\n" }.commit() },
    RuleMessage("env/unpinned", "an image") { training { $0["Dockerfile"] = "FROM python\n" }.commit() },
    RuleMessage("env/drift", "changed") {
      training { $0["requirements.txt"] = "numpy\n" }.staged(after: .training())
    },
    RuleMessage("env/drift", "gone") {
      without("requirements.txt").staged(after: training { $0["requirements.txt"] = "numpy\n" })
    },
    RuleMessage("commit/mixed", "two pipelines") {
      var before = Repository.training()
      before["dvc.yaml"]? += "  count:\n    cmd: count\n    deps: [count.py]\n    outs: [n.txt]\n"
      before["count.py"] = "1\n"
      var after = before
      after["count.py"] = "2\n"
      after["train.py"] = "2\n"
      return after.staged(after: before)
    },
    RuleMessage("commit/message", "not conventional") { message("More layers").staged() },
    RuleMessage("commit/message", "an unknown type") { message("feet: more layers").staged() },
    RuleMessage("commit/message", "a type like no other") { message("wip: more layers").staged() },
    RuleMessage("commit/message", "too long") {
      message(Text("fix: " + String(repeating: "a", count: 80))).staged()
    },
    RuleMessage("commit/message", "no empty line") { message("fix: a\nb").commit(after: [.training()]) },
    RuleMessage("commit/message", "a pattern", options: ", style: plain, patterns: ['ML-*', 'Release *']") {
      message("More layers").staged()
    },
  ]
}
