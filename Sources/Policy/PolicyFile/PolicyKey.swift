import Values

/// A key of the policy file: what may stand there, and what it means. The reader, the JSON Schema, the tables of the
/// documentation and `guard config` are made of these.
public struct PolicyKey: Sendable {
  /// What a key's value looks like.
  indirect enum Form: Sendable {
    /// The version of the format.
    case version
    /// One of a few words; `off` may be YAML's `false`.
    case choice([Text])
    /// `error`, `warn` or `off`.
    case level
    /// A text that is not empty: what it is, as messages say it.
    case text(String)
    /// A list of texts, or one of them: what they are.
    case list(String)
    /// A whole number: what it is.
    case number(String, ClosedRange<Int>)
    /// A rule's option, by its standard value.
    case option(OptionValue)
    /// Names with Ed25519 public keys.
    case publicKeys
    /// Keys of its own. The second is what one of them is called: a key, a rule.
    case section([PolicyKey], String)
    /// A level, or a map with `severity` and options.
    case rule([PolicyKey])
    /// Patterns of branches or of paths, each with the keys that may stand there.
    case overrides(Place)
  }

  /// Where in policy files a key may stand.
  public struct Place: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: Int
    /// One of these bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The top of a policy file.
    public static let file = Place(rawValue: 1)
    /// The top of a file that another one extends.
    public static let extended = Place(rawValue: 2)
    /// Under a pattern of `branches`.
    public static let branches = Place(rawValue: 4)
    /// Under a pattern of `paths`.
    public static let paths = Place(rawValue: 8)
  }

  /// The key.
  let name: Text
  /// What its value looks like.
  let form: Form
  /// What holds when nobody sets it; as it would be set, unless ``isTold``.
  let standard: String
  /// Whether ``standard`` is words about what holds, and no value.
  let isTold: Bool
  /// What it means: Markdown, in one line without a full stop.
  let summary: String
  /// Where it may stand.
  let places: Place

  init(
    _ name: Text, _ form: Form, default standard: String, _ summary: String,
    in places: Place = [.file, .extended, .branches]
  ) {
    self.init(name, form, standard, isTold: false, summary, places)
  }

  init(
    _ name: Text, _ form: Form, told standard: String, _ summary: String,
    in places: Place = [.file, .extended, .branches]
  ) {
    self.init(name, form, standard, isTold: true, summary, places)
  }

  private init(
    _ name: Text, _ form: Form, _ standard: String, isTold: Bool, _ summary: String, _ places: Place
  ) {
    self.name = name
    self.form = form
    self.standard = standard
    self.isTold = isTold
    self.summary = summary
    self.places = places
  }
}

extension PolicyKey.Form {
  /// One of an enum's words.
  static func choice<Word: RawRepresentable<String> & CaseIterable>(of type: Word.Type) -> Self {
    .choice(Word.allCases.map { Text($0.rawValue) })
  }
}

extension PolicyKey.Place {
  /// How a message names the place.
  var phrase: String {
    switch self {
    case .branches: "for branches"
    case .paths: "for paths"
    case .extended: "in a file that another extends"
    default: "at the top of the file"
    }
  }
}
