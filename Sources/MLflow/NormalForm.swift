// The standard library composes text (Unicode's form C) for its own comparisons and shows it to the libraries
// beside it alone, among them Foundation, which guard does not ship. This is the one place that asks for it.
@_spi(_Unicode) import Swift

extension String {
  /// The text in Unicode's normalisation form C: `e` and U+0301 become `é`, which MLflow takes in a key and the
  /// two others not.
  var composed: String {
    if utf8.allSatisfy({ $0 < 0x80 }) { return self }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: _nfc)
    return String(view)
  }
}
