import ParameterFiles
import Platform

extension SettingsFile {
  /// The file at a path; nothing when there is none.
  static func read(_ path: [UInt8]) throws(StoreError) -> SettingsFile {
    let text: [UInt8]
    do throws(SystemError) {
      text = try FileSystem.read(path, limit: 1 << 20)
    } catch {
      if error.isMissing { return SettingsFile() }
      throw .unsupported("cannot read \(error)")
    }
    do throws(Invalid) {
      return try SettingsFile(text)
    } catch {
      throw .unsupported("\(String(decoding: path, as: UTF8.self)), line \(error.line): \(error.why)")
    }
  }
}
