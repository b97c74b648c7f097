import Values

/// A stage of a merged lock that was run on what another stage made then, and that the other side made anew.
public struct StaleStage: Hashable, Sendable {
  /// The stage that is to be run again.
  public let name: Text
  /// What it was run on.
  public let path: Text
  /// The stage that makes it.
  public let maker: Text
}

extension MergedText {
  /// The stages whose dependency fitted another stage's output on the side they came from, and does so no more.
  func stale(_ sides: Sides) -> [StaleStage] {
    let pieces = sections.first { $0.key == "stages" }?.pieces ?? []
    let settled = pieces.filter { $0.conflict == nil }.compactMap { piece in
      piece.name.flatMap { name in piece.ours.map { (name: name, part: $0) } }
    }
    let made = Outputs(settled)
    let before = [sides.ours, sides.theirs].map { Outputs($0["stages"]?.entries ?? []) }
    var stale: [StaleStage] = []
    for stage in settled {
      for item in stage.part.node.map?["deps"]?.list ?? [] {
        guard let path = item.map?["path"]?.text, let hash = item.hash, let now = made[path],
          now.hash != hash,
          before.contains(where: { $0[path]?.hash == hash && $0[path]?.stage == now.stage })
        else { continue }
        stale.append(StaleStage(name: stage.name, path: path, maker: now.stage))
      }
    }
    return stale
  }
}

/// The outputs of some stages, by their paths.
private struct Outputs {
  private var known: [Text: (stage: Text, hash: Text)] = [:]

  init(_ stages: [(name: Text, part: SectionedText.Part)]) {
    for stage in stages {
      for item in stage.part.node.map?["outs"]?.list ?? [] {
        guard let path = item.map?["path"]?.text, let hash = item.hash else { continue }
        known[path] = (stage.name, hash)
      }
    }
  }

  subscript(_ path: Text) -> (stage: Text, hash: Text)? { known[path] }
}

extension Node {
  /// The content that an entry of `deps` or `outs` records.
  fileprivate var hash: Text? {
    ["md5", "etag", "checksum"].lazy.compactMap { map?[$0]?.text }.first
  }
}
