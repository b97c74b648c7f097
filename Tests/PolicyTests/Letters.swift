import Hashing
import Values

/// The MD5 of a text.
func md5(_ text: String) -> String { MD5Digest(of: Array(text.utf8)).description }

extension String {
  /// The text with every occurrence replaced, by bytes.
  func replacingText(_ needle: String, with replacement: String) -> String {
    Text(self).replacing(Text(needle), with: Text(replacement)).string
  }
}
