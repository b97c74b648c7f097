import ArgumentParser
import Git
import Platform
import Policy

/// `guard init`: a policy that fits the repository, and a skeleton for a new project.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract:
      "Write a .guard.yml that fits this repository; with --layout the skeleton of a new project, too.",
    discussion: """
      It looks at what CI runs, at DVC's remotes, the tracking server, the size of files and at what the last commit has \
      already. A file that is there is never written over, and the pipeline of --layout is written whole or not at all.
      """,
    examples: [
      "The policy that it would write, and where:":
        "guard init --dry-run",
      "Write .guard.yml:":
        "guard init",
      "A new project, in an empty folder after git init:":
        "guard init --layout",
    ])

  @OptionGroup var global: GlobalOptions

  @Flag(
    help: "Make the skeleton of a project: data, models, notebooks, src, tests, a pipeline that runs at once."
  )
  var layout = false
  @Flag(help: "Print what would be written, and write nothing.")
  var dryRun = false

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      let root = try root(surroundings)
      let tree = try surroundings.workTree(of: surroundings.repository(), at: root)
      let facts = try StartingLook(surroundings).facts()
      let policy = StarterPolicy(facts)
      let plan = try StartingPlan(at: root, policy: policy.text, layout: layout)
      if !plan.isEmpty { try StartingObstacles(plan, surroundings).check(tree) }
      if dryRun {
        try Answer.write(plan.text + "\n" + policy.text)
        return .pass
      }
      guard !plan.isEmpty else {
        let what = layout ? "all files of the skeleton are" : "\(PolicyLayer.committedFile) is"
        throw Failure("\(what) there already, and kept")
      }
      let steps = try StartingSteps(plan: plan, facts: facts, isLayout: layout).lines(surroundings, tree)
      try plan.apply()
      let kept = layout && plan.files.contains(where: \.exists) ? "what was there is kept; " : ""
      try Answer.write(
        plan.text + "profile: \(policy.profile.rawValue), \(reason(facts))\n\(kept)next:\n"
          + steps.map { "  \($0)\n" }.joined())
      if let unjudged = facts.unjudged {
        surroundings.warn("the last commit could not be judged: \(unjudged)")
      }
      return .pass
    }
  }

  private func root(_ surroundings: Surroundings) throws(Failure) -> [UInt8] {
    let repository: Repository
    do throws(Failure) { repository = try surroundings.repository() } catch {
      throw Failure(error.message, fix: "git init")
    }
    guard let root = repository.workTree else {
      throw Failure("this repository has no work tree: run it in a clone")
    }
    // A project below the root has its own DVC repository, or none: where it is to stand is the person's to say.
    if layout, !surroundings.wayToRoot.isEmpty {
      throw Failure(
        "--layout makes the skeleton at the root of a Git repository: run it there, or git init here",
        status: .usage)
    }
    return root
  }

  private func reason(_ facts: StartingFacts) -> String {
    guard let place = facts.reproduction else { return "as no CI system is told to run dvc repro" }
    return "as \(place.path):\(place.line) makes the results"
  }
}
