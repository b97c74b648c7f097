import Glibc
import Testing

@testable import Policy

@Suite struct RulePagesTests {
  @Test(arguments: Rule.catalogue.map(\.id))
  func theDocumentationIsWhatExplainPrints(id: RuleID) throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let page = try #require(contents(of: "/\(root)/docs/rules/\(id).md"), "make it with: guard explain \(id)")
    #expect(page == Rule.named(id)?.page, "make it anew with: guard explain \(id) > docs/rules/\(id).md")
  }

  @Test func everyRuleExplainsItself() {
    for rule in Rule.catalogue {
      #expect(rule.page.contains("[\(rule.id)]"), "\(rule.id) shows no example")
      #expect(["fix: ", "do:  "].contains(where: rule.page.contains), "\(rule.id) shows no fix")
      #expect(!rule.summary.hasSuffix("."))
    }
    #expect(Set(Rule.catalogue.map(\.id)).count == Rule.catalogue.count)
  }

  @Test func theTablesOfRulesAndOptionsAreWhole() throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let readme = try #require(contents(of: "/\(root)/README.md"))
    let configuration = try #require(contents(of: "/\(root)/docs/configuration.md"))
    for rule in Rule.catalogue {
      let level = rule.severity?.rawValue ?? "off"
      #expect(readme.contains("\n| [\(rule.id)](docs/rules/\(rule.id).md) | \(level) | "), "\(rule.id)")
      for option in rule.options {
        #expect(configuration.contains("| `\(option.key)` | `"), "\(rule.id): \(option.key)")
      }
    }
  }

  private func contents(of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
