import DVC
import Trees
import Values

@testable import Policy

/// What the rules say that ask DVC's remotes.
extension RuleMessage {
  /// An output that is not on its remote.
  static func unpushed(
    _ cause: UnpushedOutput.Cause, count: Int = 1, isMade: Bool = true, keepsVersions: Bool = false,
    namesVersion: Bool = false, isInWorkTree: Bool = false, isCurrent: Bool = true
  ) -> Subject {
    let subject = Repository.training().commit()
    let place = isMade ? Place("dvc.lock", Position(line: 12, column: 5)) : Place("data.dvc")
    let output = UnpushedOutput(
      place: place, stage: isMade ? ("train", "dvc.yaml") : ("data.dvc", "data.dvc"), isMade: isMade,
      output: isMade ? "model.pkl" : "data", count: count, remote: "storage", cause: cause,
      push: "guard push",
      root: .root, keepsVersions: keepsVersions, isInWorkTree: isInWorkTree, namesVersion: namesVersion,
      isCurrent: isCurrent)
    subject.unpushedSource = { [output] }
    return subject
  }

  private static let one = UnpushedOutput.Objects(count: 1, bytes: 38_000_000)
  private static let none = UnpushedOutput.Objects()

  static let cache: [RuleMessage] = [
    RuleMessage("cache/not-pushed", "an object") { unpushed(.missing(here: one, nowhere: none)) },
    RuleMessage("cache/not-pushed", "files of a directory") {
      unpushed(
        .missing(here: .init(count: 2, bytes: 1_200_000, example: "a.csv"), nowhere: none), count: 20_001,
        isMade: false)
    },
    RuleMessage("cache/not-pushed", "in another work tree's cache") {
      unpushed(.missing(here: .init(count: 1, workTree: "../other"), nowhere: none))
    },
    RuleMessage("cache/not-pushed", "damaged") {
      unpushed(.missing(here: .init(count: 1, damaged: 1), nowhere: none))
    },
    RuleMessage("cache/not-pushed", "missing or damaged") {
      unpushed(.missing(here: .init(count: 3, damaged: 1), nowhere: none), count: 3)
    },
    RuleMessage("cache/not-pushed", "on a remote that keeps versions") {
      unpushed(.missing(here: one, nowhere: none), keepsVersions: true)
    },
    RuleMessage("cache/not-pushed", "in a cache that cannot be read") {
      unpushed(.missing(here: .init(count: 1, doubt: "cache: Permission denied"), nowhere: none))
    },
    RuleMessage("cache/not-pushed", "without a remote") { unpushed(.noRemote) },
    RuleMessage("cache/not-pushed", "gone from a remote that keeps versions") {
      unpushed(.missing(here: one, nowhere: none), keepsVersions: true, namesVersion: true)
    },
    RuleMessage("cache/not-pushed", "one remote that is not the default one") {
      unpushed(.noDefault(remotes: ["storage"], areOfCommit: true))
    },
    RuleMessage("cache/not-pushed", "remotes of which none is the default one") {
      unpushed(.noDefault(remotes: ["storage", "other"], areOfCommit: false))
    },
    RuleMessage("cache/not-pushed", "a remote that is not configured") { unpushed(.unknownRemote) },
    RuleMessage("cache/lost", "an output") { unpushed(.missing(here: none, nowhere: one)) },
    RuleMessage("cache/lost", "damaged, and nowhere else") {
      unpushed(.missing(here: none, nowhere: .init(count: 1, damaged: 1)))
    },
    RuleMessage("cache/lost", "data that the work tree has") {
      unpushed(.missing(here: none, nowhere: one), isMade: false, isInWorkTree: true)
    },
    RuleMessage("cache/lost", "damaged in the cache") {
      unpushed(.missing(here: none, nowhere: .init(count: 1, damagedCopies: [Array("/c/a b".utf8)])))
    },
    RuleMessage("cache/lost", "damaged in the cache, and in no work tree") {
      unpushed(
        .missing(here: none, nowhere: .init(count: 1, damagedCopies: [Array("/c/a".utf8)])), isMade: false)
    },
    RuleMessage("cache/lost", "many that are damaged in the cache") {
      let copies = (1...9).map { Array("/c/\($0)".utf8) }
      return unpushed(
        .missing(here: none, nowhere: .init(count: 9, damagedCopies: copies)), count: 9, isMade: false,
        isInWorkTree: true)
    },
    RuleMessage("cache/lost", "data that nobody has") {
      unpushed(.missing(here: none, nowhere: one), isMade: false)
    },
    RuleMessage("cache/lost", "data that only an older commit names") {
      unpushed(.missing(here: none, nowhere: one), isMade: false, isCurrent: false)
    },
  ]
}
