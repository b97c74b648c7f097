import Values

/// The schemas of DVC's files (DVC 3.67, `dvc/schema.py`, `dvc/output.py`, `dvc/annotations.py`).
extension Schema {
  /// `dvc.yaml`.
  static let pipelineFile = Schema.keys([
    "datasets": .anything,
    "plots": .list([.string, .mapping(.either([plotDefinition, .null]), minimum: 1, maximum: .max)]),
    "stages": .mapping(.byKeys(["foreach", "do"], then: foreachDefinition, otherwise: stageDefinition)),
    "vars": variables,
    "params": .list([.string]),
    "metrics": .list([.string]),
    "artifacts": .mapping(
      .keys(annotations.merging(["path": .string]) { $1 }, required: ["path"])),
  ])

  /// `dvc.lock`.
  static let lockFile = Schema.keys(
    [
      "schema": .literal("2.0", orElse: "the schema must be the string '2.0'"),
      "datasets": .anything,
      "stages": .mapping(
        .keys(
          [
            "cmd": .either([.string, .anyList]),
            "deps": .list([lockedData]),
            "params": .mapping(.mapping(.anything)),
            "outs": .list([lockedData]),
          ], required: ["cmd"])),
    ], required: ["schema"])

  /// A `.dvc` file.
  static let singleStageFile = Schema.keys([
    "md5": .checksum,
    "wdir": .either([.string, .null]),
    "deps": .either([.list([singleStageDependency]), .null]),
    "outs": .either([.list([singleStageOutput]), .null]),
    "locked": .bool,
    "frozen": .bool,
    "meta": .anything,
    "always_changed": .bool,
    "desc": .string,
  ])

  private static let annotations: [Text: Schema] = [
    "desc": .string, "type": .string, "labels": .list([.string]), "meta": .anything,
  ]
  private static let checksums: [Text: Schema] = ["md5": .checksum, "checksum": .checksum, "etag": .checksum]
  private static let fileMeta: [Text: Schema] = [
    "size": .integer, "nfiles": .integer, "isexec": .bool, "version_id": .string,
  ]
  private static let cloud = Schema.mapping(.keys(checksums.merging(fileMeta) { $1 }), minimum: 0, maximum: 1)
  private static let directoryFile = Schema.keys(
    checksums.merging(fileMeta) { $1 }.merging(["relpath": .string, "cloud": cloud]) { $1 },
    required: ["relpath"])

  private static let lockedData = Schema.keys(
    checksums.merging(fileMeta) { $1 }.merging([
      "path": .string, "cloud": cloud, "files": .list([directoryFile]), "hash": .string,
      "dataset": .anyMapping,
    ]) { $1 }, required: ["path"])

  private static let artifactData: [Text: Schema] = checksums.merging(fileMeta) { $1 }.merging([
    "path": .string, "persist": .bool, "cloud": cloud, "hash": .string, "files": .list([directoryFile]),
    "fs_config": .anyMapping,
  ]) { $1 }
  private static let singleStageOutput = Schema.keys(
    artifactData.merging(annotations) { $1 }.merging(["cache": .bool, "remote": .string, "push": .bool]) {
      $1
    })
  private static let singleStageDependency = Schema.keys(
    artifactData.merging([
      "repo": .keys(
        [
          "url": .string, "rev": .string, "rev_lock": .string, "config": .either([.string, .anyMapping]),
          "remote": .either([.string, .anyMapping]),
        ], required: ["url"]),
      "db": .keys(["query": .string, "connection": .string, "file_format": .string, "table": .string]),
    ]) { $1 })

  private static let variables = Schema.list([.string, .anyMapping])
  private static let outputFlags: [Text: Schema] = annotations.merging([
    "cache": .bool, "persist": .bool, "checkpoint": .bool, "remote": .string, "push": .bool,
  ]) { $1 }
  private static let plotFlags: [Text: Schema] = outputFlags.merging([
    "template": .string, "x": .string, "y": .string, "x_label": .string, "y_label": .string, "title": .string,
    "header": .bool,
  ]) { $1 }
  private static let plotDefinition = Schema.keys([
    "x": .either([.string, .mapping(.string)]),
    "y": .either([.string, .list([.string]), .mapping(.either([.string, .list([.string])]))]),
    "x_label": .string, "y_label": .string, "title": .string, "template": .string,
  ])
  private static let stageDefinition = Schema.keys(
    [
      "matrix": .mapping(.either([.string, .anyList])),
      "cmd": .either([.string, .anyList]),
      "wdir": .string,
      "deps": .list([.string]),
      "params": .list([.string, .anyMapping]),
      "vars": variables,
      "frozen": .bool,
      "meta": .anything,
      "desc": .string,
      "always_changed": .bool,
      "outs": .list([.string, .mapping(.keys(outputFlags))]),
      "metrics": .list([.string, .mapping(.keys(outputFlags))]),
      "plots": .list([.string, .mapping(.either([.keys(plotFlags), .list([.keys(plotFlags)])]))]),
    ], required: ["cmd"])
  private static let foreachDefinition = Schema.keys(
    ["foreach": .either([.anyMapping, .anyList, .string]), "do": stageDefinition],
    required: ["foreach", "do"])
}
