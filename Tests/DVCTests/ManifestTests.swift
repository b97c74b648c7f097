import DVC
import Hashing
import Testing
import Values

/// Vectors that DVC 3.67 gave (`dvc.md` section 5.3).
@Suite struct ManifestTests {
  private static func manifest(_ files: [(Text, String)]) -> Manifest {
    Manifest(
      files.map { path, content in
        Manifest.File(path: path, hash: Text(utf8: MD5Digest(of: Array(content.utf8)).hexadecimal))
      })
  }

  @Test func anEmptyDirectoryHasTheIDOfAnEmptyList() {
    #expect(Manifest([]).objectID == "d751713988987e9331980363e24189ce.dir")
  }

  @Test func theBytesAreWhatPythonWrites() {
    let manifest = Self.manifest([("s/b", "B\n"), ("a", "A\n")])
    #expect(
      Text(utf8: manifest.bytes)
        == #"[{"md5": "bf072e9119077b4e76437a93986787ef", "relpath": "a"}, {"md5": "30cf3d7d133b08543cb6c8933c29dfd7", "relpath": "s/b"}]"#
    )
    #expect(manifest.objectID == "9fb809603faada08207788a938613bb1.dir")
  }

  @Test func oddNamesAreOrderedByCodePointsAndEscaped() {
    let names: [Text] = [
      "<&>", "A", "a b/c", "a-b", "a.txt", "a/b", "back\\slash", "ctl\u{01}", "del\u{7f}", "e\u{301}",
      "nl\nx",
      "q\"uote", "sp ace", "tab\tx", "é", "\u{2028}ls", "\u{FFFD}", "\u{1F600}",
    ]
    let manifest = Self.manifest(names.reversed().map { ($0, $0.string) })
    #expect(manifest.objectID == "c06f5b2a3e411c591ada4b9bcac3e10c.dir")
  }

  @Test func aSubdirectoryIsAManifestOfItsOwn() throws {
    let manifest = Self.manifest([("s/b", "B\n"), ("a", "A\n"), ("s/t/c", "C\n"), ("sx", "D\n")])
    let inside = try #require(manifest.subdirectory("s"))
    #expect(inside.files.map(\.path) == ["b", "t/c"])
    #expect(manifest.subdirectory("a") == nil)
    #expect(manifest.hash(of: "s/b") == "30cf3d7d133b08543cb6c8933c29dfd7")
    #expect(manifest.hash(of: "s") == nil)
  }

  @Test(arguments: ["", "{}", "[1]", "[{\"md5\": \"x\"}]", "[", "\u{0}"])
  func whatIsNoListOfFilesIsNoManifest(text: String) {
    #expect(Manifest(bytes: Array(text.utf8)) == nil)
  }

  @Test func anEmptyListIsAManifest() throws {
    #expect(try #require(Manifest(bytes: Array("[]".utf8))).files.isEmpty)
  }

  private static let one = "30cf3d7d133b08543cb6c8933c29dfd7"
  private static let two = "bf072e9119077b4e76437a93986787ef"

  private static func files(_ text: String) -> [String]? {
    Manifest(bytes: Array(text.utf8))?.files.map { "\($0.path) \($0.hash)" }
  }

  /// Most lists are spelled as DVC spells them and are read in one pass; what is not means the same.
  @Test(arguments: [
    #"[{"md5": "\#(one)", "relpath": "a"}, {"md5": "\#(two)", "relpath": "a/b"}]"#,
    #"[{"md5": "\#(two)", "relpath": "a/b"}, {"md5": "\#(one)", "relpath": "a"}]"#,
    #"[{"md5": "\#(one)", "relpath": "\u0061"}, {"md5": "\#(two)", "relpath": "a/b"}]"#,
    #"[{"relpath": "a", "md5": "\#(one)"}, {"md5": "\#(two)", "relpath": "a/b"}]"#,
    #"[{"md5":"\#(one)","relpath":"a"},{"md5":"\#(two)","relpath":"a/b"}]"#,
    #"[{"md5": "\#(two)", "relpath": "a"}, {"md5": "\#(one)", "relpath": "a"}, {"md5": "\#(two)", "relpath": "a/b"}]"#,
    #"[{"md5": "\#(one)", "relpath": "a"}, {"md5": "\#(two)", "relpath": "a/b"}]\#n"#,
  ])
  func everySpellingOfAListIsRead(_ text: String) {
    #expect(Self.files(text) == ["a \(Self.one)", "a/b \(Self.two)"])
  }

  @Test func oddHashesAndPathsAreReadAsTheyAre() {
    #expect(Self.files(#"[{"md5": "0CC1", "relpath": ""}]"#) == [" 0CC1"])
    #expect(Self.files(#"[{"md5": "\#(Self.one)", "relpath": "é"}]"#) == ["é \(Self.one)"])
  }

  @Test func aListThatIsCutIsNoManifest() {
    let whole = Self.manifest([("a", "A"), ("b/c", "B")]).bytes
    for count in 0..<whole.count { #expect(Manifest(bytes: Array(whole.prefix(count))) == nil) }
    #expect(Manifest(bytes: whole + whole) == nil)
  }

  @Test func whatIsWrittenReadsBack() throws {
    let manifest = Self.manifest([("é/\u{1F600}", "1"), ("a\"b", "2")])
    #expect(try #require(Manifest(bytes: manifest.bytes)).files == manifest.files)
  }
}
