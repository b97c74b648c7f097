/// A DVC pipeline without DVC: the text of its `dvc.yaml`, and shell scripts that record files as they are now,
/// in the form in which DVC 3.67 writes `dvc.lock` and `.dvc` files.
public struct PipelineBuilder: Sendable {
  /// One stage of the pipeline. Its parameters are integers or words of `params.yaml`, at the top of it.
  public struct Stage: Sendable {
    var name: String
    var deps: [String]
    var params: [String]
    var outs: [String]
    var metrics: [String]

    /// A stage whose command is `python NAME.py`.
    public init(
      _ name: String, deps: [String], params: [String] = [], outs: [String] = [], metrics: [String] = []
    ) {
      self.name = name
      self.deps = deps
      self.params = params
      self.outs = outs
      self.metrics = metrics
    }

    private func list(_ key: String, _ items: [String]) -> String {
      items.isEmpty ? "" : "    \(key):\n" + items.map { "    - \($0)\n" }.joined()
    }

    var definition: String {
      "  \(name):\n    cmd: python \(name).py\n" + list("deps", deps) + list("params", params)
        + list("outs", outs) + list("metrics", metrics.map { "\($0):\n        cache: false" })
    }

    /// The lines of a shell script that print what `dvc.lock` says of the stage.
    var recording: String {
      var lines = ["echo '  \(name):'", "echo '    cmd: python \(name).py'", "echo '    deps:'"]
      lines += deps.sorted().map { "entry \($0)" }
      if !params.isEmpty {
        lines += ["echo '    params:'", "echo '      params.yaml:'"]
        lines += params.sorted().map { "sed -n 's/^\($0):/        &/p' params.yaml" }
      }
      if !(outs + metrics).isEmpty { lines.append("echo '    outs:'") }
      lines += (outs + metrics).sorted().map { "entry \($0)" }
      return lines.joined(separator: "\n") + "\n"
    }
  }

  private let stages: [Stage]

  /// A pipeline of stages.
  public init(_ stages: [Stage]) { self.stages = stages }

  /// What `dvc.yaml` says.
  public var definition: String { "stages:\n" + stages.map(\.definition).joined() }

  /// A shell script that writes `dvc.lock` for the files as they are, as `dvc commit --force` does.
  public var recording: String {
    """
    #!/bin/sh
    entry() {
      set -- "$1" $(md5sum "$1") $(wc -c < "$1")
      printf '    - path: %s\\n      hash: md5\\n      md5: %s\\n      size: %s\\n' "$1" "$2" "$4"
    }
    {
    echo "schema: '2.0'"
    echo 'stages:'
    \(stages.map(\.recording).joined())} > dvc.lock

    """
  }

  /// A shell script that writes the `.dvc` file of the file that it is given, as `dvc add` does.
  public static let pointing = """
    #!/bin/sh
    printf 'outs:\\n- md5: %s\\n  size: %s\\n  hash: md5\\n  path: %s\\n' "$(md5sum < "$1" | cut -c1-32)" \\
      "$(wc -c < "$1" | tr -d ' ')" "${1##*/}" > "$1.dvc"

    """
}
