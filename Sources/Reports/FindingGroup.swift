import Policy
import Trees
import Values

/// Findings that the same command mends, told together: the one that matters in full, the others in a line each.
struct FindingGroup {
  /// What a mistake repeats: a rule in a file.
  struct Kind: Hashable {
    let rule: RuleID
    let path: RepositoryPath

    init(_ finding: Finding) {
      rule = finding.rule
      path = finding.place.path
    }
  }

  /// All of them, in the order of files and lines.
  private(set) var findings: [Finding]
  /// The place of the finding that is told in full: the gravest, and of those what was left behind, a lock before
  /// all, since it says why there are others.
  private let leading: Int

  private init(_ findings: [Finding]) {
    self.findings = findings
    let gravest = findings.map(\.severity).max() ?? .error
    let grave = findings.indices.filter { findings[$0].severity == gravest }
    let left = grave.filter { findings[$0].rule == "data/left-behind" }
    let lock = left.first { findings[$0].place.path.name.elementsEqual("dvc.lock".utf8) }
    leading = lock ?? left.first ?? grave.first ?? 0
  }

  /// The finding that is told in full.
  var first: Finding { findings[leading] }

  /// The others, errors first.
  var others: [Finding] {
    let others = findings.indices.filter { $0 != leading }.map { findings[$0] }
    return others.filter { $0.severity == .error } + others.filter { $0.severity == .warning }
  }

  /// What mends them: the command once, and each other way that one of those knows which are told.
  /// - Parameter told: how many are told beside the first one.
  func mends(told: Int) -> [(name: String, value: String)] {
    var mends = first.mends
    for mend in others.prefix(told).flatMap(\.mends) where !mends.contains(where: { $0 == mend }) {
      mends.append(mend)
    }
    return mends
  }

  /// What all come to in one line, when their rule knows how to say it.
  var sum: String? {
    guard findings.count > 1, Set(findings.map(Kind.init)).count == 1 else { return nil }
    return Rule.named(first.rule)?.together?(findings)
  }

  /// The groups in the order of their first findings. A finding without a mend, or with one of its own, is by itself;
  /// what the same command mends is together, whatever else there is to do about each.
  static func groups(of findings: [Finding]) -> [FindingGroup] {
    struct Mend: Hashable {
      let mend: Text
      let isCommand: Bool
      let isInherited: Bool
    }
    var members: [[Finding]] = []
    var places: [Mend: Int] = [:]
    for finding in findings {
      let mend = (finding.fix ?? finding.advice).map {
        Mend(mend: Text($0), isCommand: finding.fix != nil, isInherited: finding.isInherited)
      }
      if let mend, let place = places[mend] {
        members[place].append(finding)
      } else {
        if let mend { places[mend] = members.count }
        members.append([finding])
      }
    }
    return members.map(FindingGroup.init)
  }
}

extension [FindingGroup] {
  /// Which of them are told when a mistake gives very many: of each rule in a file as many as `limit`, errors
  /// first; and after which of those which findings are only counted.
  func shown(limit: Int) -> (groups: Set<Int>, left: [Int: [Finding]]) {
    var shown: Set<Int> = []
    var left: [Int: [Finding]] = [:]
    for all in Dictionary(grouping: indices, by: { FindingGroup.Kind(self[$0].first) }).values {
      let errors = all.filter { self[$0].first.severity == .error }
      let warnings = all.filter { self[$0].first.severity == .warning }
      let told = (errors + warnings).prefix(limit)
      shown.formUnion(told)
      let counted = (errors + warnings).dropFirst(limit).flatMap { self[$0].findings }
      if !counted.isEmpty, let last = told.max() { left[last] = counted }
    }
    return (shown, left)
  }
}
