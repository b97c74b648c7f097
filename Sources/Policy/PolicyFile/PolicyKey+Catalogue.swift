import Values

extension PolicyKey {
  /// All keys at the top of a policy file, in the order in which they are told.
  static let catalogue: [PolicyKey] = [
    PolicyKey(
      "version", .version, default: "1", "the version of this format", in: [.file, .extended]),
    PolicyKey(
      "extends", .text("a file of policy: a path, or a commit's full id, a colon and a path"), told: "none",
      "another policy file, which counts where this one sets nothing, see below", in: [.file, .extended]),
    PolicyKey(
      "profile", .choice(of: Profile.self), default: "local", "how the team works, see below"),
    PolicyKey(
      "inherited", .level, default: "warn",
      "findings that a parent commit had already, with the same values: `warn` sums them up in one line, `error` "
        + "lets them fail the check, `off` drops them"),
    PolicyKey(
      "every-commit", .level, default: "off",
      "in `guard ci`: what a commit introduces and a later commit of the same change mends; `off` tells it as a note"
    ),
    PolicyKey(
      "rules", .section(rules, "rule"), told: "none", "how each rule counts, and its options",
      in: [.file, .extended, .branches, .paths]),
    PolicyKey(
      "reasons", .section(reasons, "reason"), told: "none", "how findings with a soft reason count",
      in: [.file, .extended, .branches, .paths]),
    PolicyKey("remote", .section(remote, "key"), told: "none", "what counts before a push, see below"),
    PolicyKey("records", .section(records, "key"), told: "none", "run records, see below"),
    PolicyKey(
      "receive", .section(receive, "key"), told: "none", "pushes to a Git server, see below",
      in: [.file, .extended]),
    PolicyKey(
      "mlflow", .section(mlflow, "key"), told: "none", "the commits' runs at a tracking server, see below"),
    PolicyKey(
      "branches", .overrides(.branches), told: "none", "what else holds for some branches, see below",
      in: [.file, .extended]),
    PolicyKey(
      "paths", .overrides(.paths), told: "none", "what else holds for findings at some paths, see below",
      in: [.file, .extended]),
  ]

  /// The rules, each with its options.
  private static let rules: [PolicyKey] = Rule.catalogue.map { rule in
    let options = rule.options.map { option in
      PolicyKey(
        option.key, .option(option.standard), default: option.standard.description, option.summary,
        in: option.isPerPath ? [.file, .extended, .branches, .paths] : [.file, .extended, .branches])
    }
    return PolicyKey(
      rule.id.text, .rule(options), default: rule.level.rawValue, rule.summary,
      in: [.file, .extended, .branches, .paths])
  }

  private static let reasons: [PolicyKey] = Reason.allCases.filter(\.isSoft).map { reason in
    PolicyKey(
      Text(reason.rawValue), .level, default: "warn", reason.summary,
      in: [.file, .extended, .branches, .paths])
  }

  private static let remote: [PolicyKey] = [
    PolicyKey(
      "name", .text("the name of a DVC remote"), told: "each output's own",
      "the remote that is asked in place of all others"),
    PolicyKey(
      "on-missing", .choice(of: RemotePolicy.OnMissing.self), default: "fail",
      "whether the hook stops a push whose data is only here, or uploads the data itself"),
    PolicyKey(
      "on-error", .choice(of: RemotePolicy.OnError.self), default: "fail",
      "whether a remote that cannot be asked, or an older commit that cannot be read, stops a push"),
    PolicyKey(
      "objects", .choice(of: RemotePolicy.Objects.self), default: "new",
      "whether what the Git remote's commits name is asked for as well"),
    PolicyKey(
      "timeout", .number("a number of seconds", 1...86_400), default: "300",
      "how many seconds a remote may take"),
  ]

  /// The `records` section, which records read by itself.
  static let records: [PolicyKey] = [
    PolicyKey(
      "commits", .choice(of: RecordPolicy.Commits.self), told: "those after a commit that has one",
      "which commits must have a run record (`run/missing`): each, or each that changes what a pipeline reads or "
        + "makes"),
    PolicyKey(
      "redact", .list("patterns of keys"), default: "[]",
      "more values that records leave out: `*`, `?` and `[…]`, in any case of letters, of whole keys (`db.user`) "
        + "and of the parts between their dots", in: .file),
    PolicyKey(
      "reveal", .list("patterns of keys"), default: "[]",
      "values that records keep, whatever else says of them", in: .file),
    PolicyKey(
      "keys", .publicKeys, told: "none",
      "the Ed25519 keys of those who may sign records: the line in base 64 that `openssl pkey -pubout` prints",
      in: .file),
  ]

  private static let receive: [PolicyKey] = [
    PolicyKey(
      "exempt", .list("patterns of branches"), default: "[]",
      "branches that [`guard receive`](ci.md#on-a-git-server) does not judge; `*` stays inside one name, `**` does "
        + "not", in: [.file, .extended])
  ]

  private static let mlflow: [PolicyKey] = [
    PolicyKey(
      "tracking-uri", .text("a URI, such as https://mlflow.example.org"), told: "`MLFLOW_TRACKING_URI`",
      "where the commits' runs go; without either, into a `mlflow.db` at the root of the work tree when there is "
        + "one, else nowhere"),
    PolicyKey(
      "experiment", .text("the name of an experiment"),
      told: "MLflow's variables, else the repository's name",
      "the experiment that they go to"),
    PolicyKey(
      "training", .choice(of: TrackingPolicy.Training.self), default: "link",
      "what becomes of the run of the training whose results a commit holds"),
    PolicyKey(
      "commits", .choice(of: TrackingPolicy.Commits.self), default: "all",
      "which commits get a run: all with a record, or those that bring results"),
    PolicyKey(
      "user", .choice(of: TrackingPolicy.User.self), default: "email", "whom a run names as its user"),
  ]
}

extension Rule {
  /// How it counts when nobody sets it.
  var level: Level {
    switch severity {
    case .error?: .error
    case .warning?: .warn
    case nil: .off
    }
  }
}

extension Reason {
  /// What it says of a difference, in one line without a full stop.
  var summary: String {
    switch self {
    case .content: "any other difference"
    case .lineEnds: "only the ends of lines differ: the lock was written on a checkout with other ones"
    case .untrackedFiles: "the record of a directory counted files that Git does not have"
    case .rounding: "two numbers that differ by less than a billionth of their size"
    case .typeOnly: "the same scalar as text and as number, or the like"
    case .notCheckedOut:
      "the data here is another version that DVC keeps: `dvc checkout` was not run, as after a merge"
    case .noRemote: "no DVC remote is configured, so the data of a commit that is pushed stays here"
    }
  }
}
