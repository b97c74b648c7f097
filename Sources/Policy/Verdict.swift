import Values

/// What the policy says of one subject.
public struct Verdict {
  /// What was judged.
  public let kind: Subject.Kind
  /// Whether there is a DVC repository in it at all.
  public internal(set) var hasProjects = false
  /// What the subject introduces, in the order of files and lines.
  public internal(set) var findings: [Finding] = []
  /// What a parent had already.
  public internal(set) var inherited: [Finding] = []
  /// What it introduced and a later commit of the same range mends.
  public internal(set) var mended: [Finding] = []
  /// Whether it is on what the commits of a range come to, and not on one of them.
  public internal(set) var isResult = false
  /// Whether policy lets what is inherited fail the check.
  public internal(set) var inheritedCounts = false
  /// What somebody decided to let pass.
  public internal(set) var waived: [WaivedFinding] = []
  /// Waivers that would have let something pass, and whose last day is over, each once.
  public internal(set) var expired: [ExpiredWaiver] = []
  /// What could not be judged.
  public internal(set) var notChecked: [Unjudged] = []
  /// The rules that were applied, and how long each took; the first that asks for the status pays for it.
  public internal(set) var timings: [RuleTiming] = []

  init(kind: Subject.Kind) { self.kind = kind }

  /// That there is none on a commit, and why.
  public init(on commit: (id: Text, subject: Text), unjudged why: String) {
    kind = .commit(id: commit.id, subject: commit.subject)
    notChecked = [Unjudged(what: "commit \(commit.id.string.prefix(12))", why: why, isFatal: true)]
  }

  /// Whether the policy is violated.
  public var isViolated: Bool {
    (findings + (inheritedCounts ? inherited : [])).contains { $0.severity == .error }
  }

  /// Whether nothing was found and nothing left unjudged.
  public var isClean: Bool {
    hasProjects && findings.isEmpty && inherited.isEmpty && mended.isEmpty && waived.isEmpty
      && expired.isEmpty
      && notChecked.isEmpty
  }

  /// Whether so much could not be judged that it must not pass.
  public var isUnjudged: Bool { notChecked.contains(where: \.isFatal) }
}

/// A finding and the waiver that is about it.
public struct WaivedFinding: Sendable {
  /// What was found.
  public let finding: Finding
  /// The decision about it.
  public let waiver: Waiver
}

/// A waiver whose last day is over.
public struct ExpiredWaiver: Sendable {
  /// The decision.
  public let waiver: Waiver
  /// How many findings it no longer covers.
  public let count: Int

  /// A waiver that is over.
  public init(waiver: Waiver, count: Int) {
    self.waiver = waiver
    self.count = count
  }
}

/// How long a rule took.
public struct RuleTiming: Sendable {
  /// The rule.
  public let rule: RuleID
  /// The time.
  public let duration: Duration
}
