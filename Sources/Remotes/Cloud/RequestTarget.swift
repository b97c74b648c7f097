import HTTP

/// A name and a value of a URL's query, not encoded.
struct QueryItem: Hashable {
  let name: String
  let value: [UInt8]

  init(_ name: String, _ value: String = "") { self.init(name, Array(value.utf8)) }

  init(_ name: String, _ value: [UInt8]) {
    self.name = name
    self.value = value
  }

  /// Both, encoded.
  var encoded: (name: String, value: String) {
    (PercentEncoding.component(name), PercentEncoding.component(value))
  }
}

/// A URL in its parts, as what is signed needs them.
struct RequestTarget {
  /// `http` or `https`.
  var scheme: String
  /// The host, with the port where it is not the scheme's own.
  var authority: String
  /// The path, encoded; it begins with a slash.
  var path: String
  /// The query in its order.
  var query: [QueryItem] = []

  /// The whole URL.
  var url: String {
    let text = query.map { item in
      let (name, value) = item.encoded
      return name + "=" + value
    }
    return "\(scheme)://\(authority)\(path)" + (text.isEmpty ? "" : "?" + text.joined(separator: "&"))
  }
}
