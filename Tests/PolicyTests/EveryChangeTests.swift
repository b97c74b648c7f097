import DVC
import Testing
import Trees
import Values

@testable import Policy

/// Every change that `dvc status` reports is one finding, no more and no less.
@Suite struct EveryChangeTests {
  @Test(arguments: 0..<200)
  func everyChangeOfAStatusIsOneFinding(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    var repository = Repository.training()
    for _ in 0..<Int.random(in: 1...5, using: &random) { change(&repository, &random) }
    let subject = repository.commit()
    let rules = Rule.catalogue.filter { $0.id.group == "lock" && $0.id != "lock/orphan" }
    let findings = try rules.flatMap { try $0.evaluate(subject) }
    #expect(Set(findings.map(\.fingerprint)).count == findings.count, "a change was told twice: seed \(seed)")
    var expected = 0
    for stage in try subject.stages() {
      if stage.isUnrecorded {
        expected += stage.status.dependencies.isEmpty && stage.status.outputs.isEmpty ? 0 : 1
        continue
      }
      expected += stage.status.outputs.count + (stage.status.changedCommand == nil ? 0 : 1)
      for dependency in stage.status.dependencies {
        if case .parameters(let changes) = dependency.change {
          expected += changes.count
        } else {
          expected += 1
        }
      }
    }
    expected += try subject.projects().map(\.evaluation.broken.count).reduce(0, +)
    #expect(findings.count == expected, "seed \(seed): \(findings.map(\.message))")
  }

  private func change(_ repository: inout Repository, _ random: inout SplitMix) {
    switch Int.random(in: 0..<16, using: &random) {
    case 0: repository["train.py"] = "print('other')\n"
    case 1: repository["train.py"] = nil
    case 2: repository["params.yaml"] = "lr: 0.5\nepochs: 3\n"
    case 3: repository["params.yaml"] = "epochs: 4\n"
    case 4: repository["params.yaml"] = nil
    case 5: repository["metrics.json"] = nil
    case 6: repository["metrics.json"] = "{}\n"
    case 7: repository["dvc.lock"] = nil
    case 8: repository["dvc.lock"] = repository["dvc.lock"]?.replacingText("      lr: 0.01\n", with: "")
    case 9:
      repository["dvc.lock"] = repository["dvc.lock"]?.replacingText("path: train.py", with: "path: other.py")
    case 10:
      repository["dvc.lock"] = repository["dvc.lock"]?.replacingText(
        "path: metrics.json", with: "path: m.json")
    case 11:
      repository["dvc.lock"] = repository["dvc.lock"]?.replacingText("path: model.pkl", with: "path: m.pkl")
    case 12:
      repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText("cmd: python", with: "cmd: python3")
    case 13: repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText("train:\n", with: "train2:\n")
    case 14:
      repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
        "- epochs\n", with: "- epochs\n      - seed\n")
    default:
      repository["dvc.lock"] = repository["dvc.lock"]?.replacingText("params.yaml:", with: "other.yaml:")
    }
  }
}

/// Sebastiano Vigna's splitmix64.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
