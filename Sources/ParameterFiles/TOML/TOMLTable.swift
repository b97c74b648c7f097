import Values

/// An entry of a table, as tomlkit keeps it.
enum TOMLItem {
  case value(Node)
  case table(TOMLTable)
  case tables(TOMLTableArray)

  var isTable: Bool { if case .value = self { false } else { true } }
}

/// An array of tables, `[[name]]`.
final class TOMLTableArray {
  var tables: [TOMLTable]

  init(_ tables: [TOMLTable]) { self.tables = tables }
}

/// One part of a key.
struct TOMLKey {
  let text: Text
  let position: Position
  /// Whether it is followed by another part in `a.b = 1`, so that its table can only grow that way.
  var isDotted = false
}

/// A table while it is read, and what tomlkit 0.15.2 lets later headers and dotted keys do to it.
///
/// tomlkit keeps a table that a document defines in several places as fragments, and looks whether they fit
/// together when it adds one. What it accepts differs from TOML 1.0 in corners, and DVC accepts what it does.
final class TOMLTable {
  struct Slot {
    var key: TOMLKey
    var item: TOMLItem
  }

  /// Whether the table is an element of an array of tables.
  let isArrayElement: Bool
  /// Whether the table exists only because another lies inside it.
  let isImplicit: Bool
  let position: Position
  private let budget: Budget

  private(set) var slots: [Slot] = []
  /// Where each key stands: a table may stand in several fragments.
  private(set) var indices: [Text: [Int]] = [:]
  private var fragmented: Set<Text> = []
  private var lastTableKey: Text?
  /// For each key in fragments, how many of them are known to fit together, and what they make.
  private var checked: [Text: (count: Int, merged: TOMLTable)] = [:]

  /// How much the fragments of one document may be copied: tables inside them are copied once a level.
  final class Budget {
    private var remaining = 2_000_000

    func spend(_ count: Int) throws(ParameterFileError) {
      remaining -= count
      guard remaining > 0 else { throw ParameterFileError(.bound, "a table is defined in too many places") }
    }
  }

  init(isArrayElement: Bool = false, isImplicit: Bool = false, at position: Position, budget: Budget) {
    self.isArrayElement = isArrayElement
    self.isImplicit = isImplicit
    self.position = position
    self.budget = budget
  }

  // MARK: Adding

  /// Adds a value under a key of one or more parts.
  func append(_ keys: [TOMLKey], _ value: Node) throws(ParameterFileError) {
    guard let last = keys.last else { return }
    var slot = Slot(key: last, item: .value(value))
    for var key in keys.dropLast().reversed() {
      key.isDotted = true
      let table = TOMLTable(isImplicit: true, at: key.position, budget: budget)
      try table.append(slot)
      slot = Slot(key: key, item: .table(table))
    }
    try append(slot)
  }

  /// Adds an entry, or merges it with what is there.
  func append(_ slot: Slot, checking: Bool = true) throws(ParameterFileError) {
    if indices[slot.key.text] != nil, try merge(slot, checking: checking) { return }
    try appendFragment(slot)
    if checking { try check(slot.key.text) }
  }

  private func appendFragment(_ slot: Slot) throws(ParameterFileError) {
    let key = slot.key.text
    if let last = indices[key]?.last {
      guard case .table = slots[last].item else { throw Self.duplicate(slot.key) }
      indices[key]?.append(slots.count)
      fragmented.insert(key)
    } else {
      indices[key] = [slots.count]
    }
    slots.append(slot)
    if case .table = slot.item { lastTableKey = key }
  }

  private static func duplicate(_ key: TOMLKey) -> ParameterFileError {
    ParameterFileError(.syntax, "'\(key.text)' is defined twice", at: key.position)
  }

  // MARK: Merging

  /// Merges an entry with the one of the same key.
  /// - Returns: false when the entry must become a fragment of its own.
  private func merge(_ slot: Slot, checking: Bool) throws(ParameterFileError) -> Bool {
    guard let places = indices[slot.key.text], let last = places.last else { return false }
    switch (slots[last].item, slot.item) {
    case (.tables(let existing), .tables(let new)):
      existing.tables += new.tables
      return true
    case (.tables(let existing), .table(let new)):
      try extend(existing, with: new, key: slot.key)
      return true
    case (.table(let existing), .table(let new)) where new.isArrayElement:
      slots[places[0]].item = .tables(TOMLTableArray([existing, new]))
      indices[slot.key.text] = [places[0]]
      checked = [:]
      return true
    case (.table(let existing), .table(let new)):
      return try merge(slot, new, into: existing, of: slots[last].key, checking: checking)
    default: throw Self.duplicate(slot.key)
    }
  }

  /// `[a.b]` after `[[a]]` belongs to the last element.
  private func extend(
    _ existing: TOMLTableArray, with new: TOMLTable, key: TOMLKey
  ) throws(ParameterFileError) {
    if new.isArrayElement {
      existing.tables.append(new)
    } else if new.isImplicit, let last = existing.tables.last {
      for slot in new.slots { try last.append(slot) }
    } else {
      throw Self.duplicate(key)
    }
  }

  private func merge(
    _ slot: Slot, _ new: TOMLTable, into existing: TOMLTable, of key: TOMLKey, checking: Bool
  ) throws(ParameterFileError) -> Bool {
    if existing.isImplicit, new.isImplicit {
      if slot.key.isDotted || key.isDotted || lastTableKey != key.text {
        try appendFragment(slot)
        if checking { try check(slot.key.text) }
      } else {
        for inner in new.slots { try existing.append(inner) }
      }
      return true
    }
    guard existing.isImplicit ? !key.isDotted : new.isImplicit else { throw Self.duplicate(slot.key) }
    try existing.checkCandidate(new)
    return false
  }

  /// Whether a fragment redefines nothing of this table.
  private func checkCandidate(_ candidate: TOMLTable) throws(ParameterFileError) {
    try budget.spend(candidate.slots.count)
    for slot in candidate.slots {
      guard let places = indices[slot.key.text] else { continue }
      let existing: TOMLItem? = places.count == 1 ? slots[places[0]].item : nil
      // What is in fragments is neither a table nor a value to tomlkit here.
      guard (existing?.isTable ?? false) == slot.item.isTable else { throw Self.duplicate(slot.key) }
      if case .table(let table) = existing {
        guard !slot.key.isDotted || table.isImplicit else { throw Self.duplicate(slot.key) }
        guard case .table(let new) = slot.item else { continue }
        guard table.isImplicit || new.isImplicit else { throw Self.duplicate(slot.key) }
        try table.checkCandidate(new)
      } else if slot.key.isDotted {
        throw Self.duplicate(slot.key)
      }
    }
  }

  // MARK: Fragments

  /// Looks whether the fragments of a key fit together, going on where the last look ended.
  private func check(_ key: Text) throws(ParameterFileError) {
    guard let places = indices[key], places.count > 1 else { return }
    let known = checked[key] ?? (0, TOMLTable(at: position, budget: budget))
    for place in places.dropFirst(known.count) {
      guard case .table(let table) = slots[place].item else { continue }
      for slot in table.slots { try known.merged.append(slot.copied(budget)) }
    }
    try known.merged.checkFragments()
    checked[key] = (places.count, known.merged)
  }

  /// Looks whether all fragments fit together.
  func checkFragments() throws(ParameterFileError) {
    for key in fragmented { try check(key) }
  }

  /// The table that fragments make.
  private func merged(_ places: [Int]) throws(ParameterFileError) -> TOMLTable {
    let result = TOMLTable(at: slots[places[0]].key.position, budget: budget)
    for place in places {
      guard case .table(let table) = slots[place].item else { continue }
      try budget.spend(table.slots.count)
      for slot in table.slots where !result.joinArrays(slot) { try result.appendFragment(slot) }
    }
    try result.checkFragments()
    return result
  }

  /// Joins an array of tables with the one of the same key, and leaves both as they are.
  private func joinArrays(_ slot: Slot) -> Bool {
    guard case .tables(let new) = slot.item, let places = indices[slot.key.text], places.count == 1,
      case .tables(let existing) = slots[places[0]].item
    else { return false }
    slots[places[0]].item = .tables(TOMLTableArray(existing.tables + new.tables))
    return true
  }

  fileprivate func copied() throws(ParameterFileError) -> TOMLTable {
    let copy = TOMLTable(
      isArrayElement: isArrayElement, isImplicit: isImplicit, at: position, budget: budget)
    for slot in slots { copy.slots.append(try slot.copied(budget)) }
    copy.indices = indices
    copy.fragmented = fragmented
    copy.lastTableKey = lastTableKey
    return copy
  }

  // MARK: The result

  /// The map that the finished table is.
  func mapping() throws(ParameterFileError) -> Mapping {
    var map = Mapping()
    for (place, slot) in slots.enumerated() {
      guard let places = indices[slot.key.text], places[0] == place else { continue }
      let node: Node
      switch slot.item {
      case _ where places.count > 1:
        node = Node(.map(try merged(places).mapping()), at: slot.key.position)
      case .value(let value): node = value
      case .table(let table): node = Node(.map(try table.mapping()), at: table.position)
      case .tables(let array):
        var nodes: [Node] = []
        for table in array.tables { nodes.append(Node(.map(try table.mapping()), at: table.position)) }
        node = Node(.list(nodes), at: array.tables.first?.position)
      }
      map.set(slot.key.text, node, at: slot.key.position)
    }
    return map
  }
}

extension TOMLTable.Slot {
  fileprivate func copied(_ budget: TOMLTable.Budget) throws(ParameterFileError) -> TOMLTable.Slot {
    try budget.spend(1)
    switch item {
    case .value: return self
    case .table(let table): return TOMLTable.Slot(key: key, item: .table(try table.copied()))
    case .tables(let array):
      var tables: [TOMLTable] = []
      for table in array.tables { tables.append(try table.copied()) }
      return TOMLTable.Slot(key: key, item: .tables(TOMLTableArray(tables)))
    }
  }
}
