import Values

/// Makes values of elements, as ruamel.yaml's safe constructor does (0.19, `constructor.py`).
struct Constructor {
  var composition: Composition
  private let limits: YAMLLimits
  private var depth = 0
  /// What elements that are used more than once have become.
  private var built: [Int: Built] = [:]
  /// Those of them that are being made: to meet one again is a value inside itself.
  private var open: Set<Int> = []
  /// The pairs of maps with a merge key.
  private var flattened: [Int: Flattened] = [:]
  private var flattening: Set<Int> = []
  private var texts = TextCache()
  private var mergedPairs = 0

  /// A value with its size.
  struct Built {
    let value: Value
    /// How many values it holds, itself counted, and those behind aliases as often as they are used.
    var count = 1
    /// How deep lists and maps lie in each other.
    var height = 0
  }

  struct Pair {
    let key: Int
    let value: Int
  }

  private struct Flattened {
    let pairs: [Pair]
    /// Whether pairs of other maps are among them. Then a key may stand more than once: the last one wins.
    let isMerged: Bool
  }

  init(_ composition: Composition, limits: YAMLLimits) {
    self.composition = composition
    self.limits = limits
  }

  /// The value of the document.
  mutating func document() throws(YAMLError) -> Node { try node(at: 0).node }

  func failure(_ kind: YAMLError.Kind = .invalidValue, _ message: String, at index: Int) -> YAMLError {
    YAMLError(kind, message, at: composition.elements[index].mark.position)
  }
}

// MARK: - Nodes

extension Constructor {
  /// The value of an element, with the element's own place even when it is an alias.
  mutating func node(at index: Int) throws(YAMLError) -> (node: Node, built: Built) {
    let element = composition.elements[index]
    let built = try build(element.kind == .alias ? Int(element.end) : index)
    return (Node(built.value, at: element.mark.position), built)
  }

  private mutating func build(_ index: Int) throws(YAMLError) -> Built {
    let element = composition.elements[index]
    guard element.isShared else { return try make(element, at: index) }
    if let known = built[index] { return known }
    guard open.insert(index).inserted else {
      throw failure(.unsupported, "a value that contains itself", at: index)
    }
    let made = try make(element, at: index)
    open.remove(index)
    built[index] = made
    return made
  }

  private mutating func make(_ element: Composition.Element, at index: Int) throws(YAMLError) -> Built {
    switch element.tag {
    case .seq, .map, .set, .omap, .pairs:
      depth += 1
      defer { depth -= 1 }
      let made = try makeCollection(element, at: index)
      guard made.height <= limits.depth else { throw tooDeep(at: index) }
      guard made.count <= limits.nodes else {
        throw failure(.limit, "more than \(limits.nodes) values", at: index)
      }
      return made
    case .unknown: throw unknownTag(at: index)
    case .merge: throw failure(.unsupported, "'<<' can only be a key; quote it", at: index)
    case .value: throw failure(.unsupported, "'=' alone has to be quoted", at: index)
    case .str where element.kind == .scalar:
      return Built(value: .string(texts.text(of: composition.bytes(of: element), element.text)))
    default: return Built(value: try makeScalar(element.tag, at: index))
    }
  }

  private func tooDeep(at index: Int) -> YAMLError {
    failure(.limit, "more than \(limits.depth) lists and maps in each other", at: index)
  }

  private func unknownTag(at index: Int) -> YAMLError {
    let name = String(decoding: composition.unknownTags[index, default: []].prefix(60), as: UTF8.self)
    return failure(.unsupported, "DVC does not know the tag '\(name)'", at: index)
  }

  private mutating func makeCollection(
    _ element: Composition.Element, at index: Int
  ) throws(YAMLError) -> Built {
    // The parser bounds how deep the text is; aliases may lead deeper.
    guard depth <= limits.depth else { throw tooDeep(at: index) }
    let needed: Composition.Element.Kind = element.tag == .map || element.tag == .set ? .mapping : .sequence
    guard element.kind == needed else {
      throw failure(.syntax, "expected a \(needed == .mapping ? "map" : "list") after this tag", at: index)
    }
    switch element.tag {
    case .map:
      let (map, count, height) = try makeMap(at: index)
      return Built(value: .map(map), count: count, height: height)
    case .set:
      let (map, count, height) = try makeMap(at: index)
      return Built(value: .set(map.entries.map(\.key)), count: count, height: height)
    case .omap: return try makeOrderedMap(at: index)
    case .pairs: return try makePairs(at: index)
    default: return try makeList(at: index)
    }
  }

  private mutating func makeList(at index: Int) throws(YAMLError) -> Built {
    var list: [Node] = []
    list.reserveCapacity(composition.childCount(of: index))
    var count = 1
    var height = 0
    var child = index + 1
    let end = composition.end(of: index)
    while child < end {
      let (node, built) = try node(at: child)
      list.append(node)
      count &+= built.count
      height = max(height, built.height)
      child = composition.end(of: child)
    }
    return Built(value: .list(list), count: count, height: height + 1)
  }
}

// MARK: - Maps

extension Constructor {
  private mutating func makeMap(at index: Int) throws(YAMLError) -> (Mapping, count: Int, height: Int) {
    let (pairCount, hasSpecialKey) = surveyMap(at: index)
    var map = Mapping(capacity: pairCount)
    var count = 1
    var height = 0
    if hasSpecialKey || flattened[index] != nil {
      let flattened = try flatten(index)
      for pair in flattened.pairs {
        try add(pair, to: &map, isUnique: !flattened.isMerged, &count, &height)
      }
    } else {
      var key = index + 1
      let end = composition.end(of: index)
      while key < end {
        let value = composition.end(of: key)
        try add(Pair(key: key, value: value), to: &map, isUnique: true, &count, &height)
        key = composition.end(of: value)
      }
    }
    return (map, count, height + 1)
  }

  /// How many keys a map is written with, and whether one of them is `<<` or `=`.
  private func surveyMap(at index: Int) -> (count: Int, hasSpecialKey: Bool) {
    var count = 0
    var hasSpecialKey = false
    var key = index + 1
    let end = composition.end(of: index)
    while key < end {
      let tag = composition.elements[key].tag
      hasSpecialKey = hasSpecialKey || tag == .merge || tag == .value
      count += 1
      key = composition.end(of: composition.end(of: key))
    }
    return (count, hasSpecialKey)
  }

  private mutating func add(
    _ pair: Pair, to map: inout Mapping, isUnique: Bool, _ count: inout Int, _ height: inout Int
  ) throws(YAMLError) {
    let (key, builtKey) = try self.key(at: pair.key)
    let (value, builtValue) = try node(at: pair.value)
    count &+= builtKey.count &+ builtValue.count
    height = max(height, builtKey.height, builtValue.height)
    guard count <= limits.nodes else {
      throw failure(.limit, "more than \(limits.nodes) values", at: pair.key)
    }
    if let first = try set(key, value, in: &map), isUnique {
      throw duplicate(of: first, at: key)
    }
  }

  private func duplicate(of first: Mapping.Entry, at key: Node) -> YAMLError {
    YAMLError(.duplicateKey(first: first.key.position), "a key that stands here twice", at: key.position)
  }

  private func set(_ key: Node, _ value: Node, in map: inout Mapping) throws(YAMLError) -> Mapping.Entry? {
    do throws(UnhashableKey) {
      return try map.set(key, value)
    } catch {
      throw YAMLError(.unsupported, "a key that is, or holds, a list, map or set", at: key.position)
    }
  }

  /// A list that is a key becomes a tuple.
  private mutating func key(at index: Int) throws(YAMLError) -> (node: Node, built: Built) {
    let (node, built) = try node(at: index)
    guard case .list(let nodes) = node.value else { return (node, built) }
    return (Node(.tuple(nodes), at: node.position), built)
  }

  private func tag(of index: Int) -> Tag { composition.elements[composition.target(of: index)].tag }

  private func writtenPairs(at index: Int) -> [Pair] {
    let children = composition.children(of: index)
    return stride(from: 0, to: children.count - 1, by: 2).map {
      Pair(key: children[$0], value: children[$0 + 1])
    }
  }

  /// The pairs of a map with those that `<<` brings, which come first and give way to its own.
  private mutating func flatten(_ index: Int) throws(YAMLError) -> Flattened {
    if let known = flattened[index] { return known }
    guard flattening.insert(index).inserted else {
      // A map that merges itself gains nothing.
      let pairs = writtenPairs(at: index).filter { tag(of: $0.key) != .merge }
      return Flattened(pairs: pairs, isMerged: false)
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= 2 * limits.depth else {
      throw failure(.limit, "more than \(limits.depth) maps merged into each other", at: index)
    }
    var merged: [Pair] = []
    var own: [Pair] = []
    for pair in writtenPairs(at: index) {
      switch tag(of: pair.key) {
      case .merge:
        guard merged.isEmpty else { throw failure(.duplicateKey(first: nil), "a second '<<'", at: pair.key) }
        merged = try merging(pair.value)
      case .value:
        composition.elements[composition.target(of: pair.key)].tag = .str
        own.append(pair)
      default: own.append(pair)
      }
    }
    for pair in merged {
      composition.elements[composition.target(of: pair.key)].isShared = true
      composition.elements[composition.target(of: pair.value)].isShared = true
    }
    let result = Flattened(pairs: merged + own, isMerged: !merged.isEmpty)
    flattened[index] = result
    return result
  }

  /// The pairs that the value of a `<<` brings: those of a map, or of a list of maps, the first of which
  /// goes before the others.
  private mutating func merging(_ value: Int) throws(YAMLError) -> [Pair] {
    let source = composition.target(of: value)
    switch composition.elements[source].kind {
    case .mapping: return try counted(flatten(source).pairs, at: value)
    case .sequence:
      var maps: [[Pair]] = []
      for child in composition.children(of: source) {
        let map = composition.target(of: child)
        guard composition.elements[map].kind == .mapping else {
          throw failure(.syntax, "'<<' merges maps only", at: child)
        }
        maps.append(try counted(flatten(map).pairs, at: value))
      }
      return Array(maps.reversed().joined())
    default: throw failure(.syntax, "'<<' merges a map or a list of maps", at: value)
    }
  }

  /// Bounds what maps that merge maps that merge maps come to.
  private mutating func counted(_ pairs: [Pair], at index: Int) throws(YAMLError) -> [Pair] {
    mergedPairs += pairs.count + 1
    guard mergedPairs <= limits.nodes / 8 else {
      throw failure(.limit, "'<<' merges more than \(limits.nodes / 8) keys", at: index)
    }
    return pairs
  }
}

// MARK: - Collections by tag

extension Constructor {
  /// The pairs of a list of maps with one key each, which `!!omap` and `!!pairs` are written as.
  private func singlePairs(at index: Int) throws(YAMLError) -> [Pair] {
    var pairs: [Pair] = []
    for child in composition.children(of: index) {
      let map = composition.target(of: child)
      guard composition.elements[map].kind == .mapping else {
        throw failure(.syntax, "expected a map with one key", at: child)
      }
      let written = flattened[map]?.pairs ?? writtenPairs(at: map)
      guard let pair = written.first, written.count == 1 else {
        throw failure(.syntax, "expected a map with one key, found \(written.count)", at: child)
      }
      pairs.append(pair)
    }
    return pairs
  }

  private mutating func makeOrderedMap(at index: Int) throws(YAMLError) -> Built {
    var map = Mapping()
    var count = 1
    var height = 0
    for pair in try singlePairs(at: index) {
      let (key, builtKey) = try node(at: pair.key)
      let (value, builtValue) = try node(at: pair.value)
      count &+= builtKey.count &+ builtValue.count
      height = max(height, builtKey.height, builtValue.height)
      if let first = try set(key, value, in: &map) {
        throw duplicate(of: first, at: key)
      }
    }
    return Built(value: .map(map), count: count, height: height + 1)
  }

  private mutating func makePairs(at index: Int) throws(YAMLError) -> Built {
    var list: [Node] = []
    var count = 1
    var height = 0
    for pair in try singlePairs(at: index) {
      let (key, builtKey) = try node(at: pair.key)
      let (value, builtValue) = try node(at: pair.value)
      count &+= 1 &+ builtKey.count &+ builtValue.count
      height = max(height, builtKey.height, builtValue.height)
      list.append(Node(.tuple([key, value]), at: key.position))
    }
    return Built(value: .list(list), count: count, height: height + 2)
  }
}

// MARK: - Scalars

extension Constructor {
  /// The text of a scalar, or of what a map holds under the key `=`, which stands for it.
  func scalarText(at index: Int) throws(YAMLError) -> ArraySlice<UInt8> {
    var current = index
    for _ in 0..<limits.depth {
      let element = composition.elements[current]
      if element.kind == .scalar { return composition.text(of: element) }
      guard element.kind == .mapping else { break }
      let pairs = flattened[current]?.pairs ?? writtenPairs(at: current)
      guard let pair = pairs.first(where: { tag(of: $0.key) == .value }) else { break }
      current = composition.target(of: pair.value)
    }
    throw failure(.syntax, "expected a single value after this tag", at: index)
  }
}
