import Platform
import Support
import Testing
import Trees

@testable import Git

/// Content is what a checkout gives: every conversion that attributes and configuration ask for.
@Suite struct CheckoutContentTests {
  static let contents: [(name: String, bytes: [UInt8])] = [
    ("empty", []), ("lf", Array("one\ntwo\n".utf8)), ("crlf", Array("one\r\ntwo\r\n".utf8)),
    ("mixed", Array("one\r\ntwo\nthree\r\n".utf8)), ("cr", Array("one\rtwo\n".utf8)),
    ("double", Array("one\r\r\ntwo\n".utf8)), ("end", Array("no end".utf8)), ("onlycr", [13]),
    ("nul", Array("one\n\0two\n".utf8)), ("ctrlz", Array("one\n\u{1A}".utf8)),
    ("control", Array("\u{1}\u{2}\n".utf8)), ("escape", Array("\u{1B}[0m\u{8}\t\u{C}\n".utf8)),
    ("delete", Array("\u{7F}\n".utf8)), ("umlaut", Array("äöü ß €\n\u{1F600}\n".utf8)),
    ("latin", [0xE4, 0xF6, 0xFC, 0x0A]),
    ("id", Array("$Id$ $Id: x $ $Id: a b $\n$Id\n$ $Identity$ $Id:$ $Id: $ $Id:x$\n$Id: end".utf8)),
    ("dollars", Array("$$Id$$ $ $I".utf8)), ("long", Array(String(repeating: "abc\n", count: 500).utf8)),
  ]

  static let attributes = [
    "* text", "* text=auto", "* -text", "* text=input", "* eol=crlf", "* eol=lf", "* text eol=crlf",
    "* text=auto eol=crlf", "* text=auto eol=lf", "* -text eol=crlf", "* crlf", "* -crlf", "* crlf=input",
    "* binary", "* ident", "* ident text eol=crlf", "* text=nonsense eol=crlf", "* !text", "",
    "* working-tree-encoding=UTF-16", "* text working-tree-encoding=UTF-16LE eol=crlf",
    "* working-tree-encoding=utf8", "* working-tree-encoding=ISO-8859-1", "* working-tree-encoding=no-such",
    "* ident working-tree-encoding=UTF-16BE", "* working-tree-encoding=UTF-16LE-BOM",
  ]

  static let settings: [[String]] = [
    [], ["core.autocrlf", "true"], ["core.autocrlf", "input"], ["core.eol", "crlf"],
    ["core.autocrlf", "false", "core.eol", "lf"],
  ]

  @Test(arguments: settings) func everyCombination(_ setting: [String]) throws {
    let repository = try ScratchRepository()
    // The bytes go into objects as they are: no attribute is there yet.
    for (number, line) in Self.attributes.enumerated() {
      for (name, bytes) in Self.contents { try repository.write(bytes, to: "\(number)/\(name)") }
      _ = line
    }
    try repository.git("-c", "core.autocrlf=false", "add", "-A")
    for (number, line) in Self.attributes.enumerated() {
      try repository.write("\(line)\n", to: "\(number)/.gitattributes")
      let id = try repository.line("hash-object", "-w", "--no-filters", "\(number)/.gitattributes")
      try repository.git("update-index", "--add", "--cacheinfo", "100644,\(id),\(number)/.gitattributes")
    }
    try repository.git("commit", "-q", "-m", "all")
    for (key, value) in zip(setting, setting.dropFirst()) where key.hasPrefix("core.") {
      try repository.git("config", key, value)
    }
    try repository.expectSameTrees()
  }

  @Test func attributesOfTheTreeAndNotOfTheWorkTree() throws {
    let repository = try ScratchRepository()
    try repository.write("one\n", to: "file")
    try repository.write("* text eol=crlf\n", to: ".gitattributes")
    try repository.commitAll()
    try repository.write("* -text\n", to: ".gitattributes")
    #expect(try repository.open().index().contents(of: "file") == Array("one\r\n".utf8))
    try repository.git("add", ".gitattributes")
    #expect(try repository.open().index().contents(of: "file") == Array("one\n".utf8))
    let opened = try repository.open()
    let head = try #require(try opened.head())
    #expect(try opened.tree(of: head).contents(of: "file") == Array("one\r\n".utf8))
  }

  @Test func attributesFromOutside() throws {
    let repository = try ScratchRepository()
    for name in ["a.info", "a.user", "a.both", "a.tree"] { try repository.write("x\n", to: name) }
    try repository.write("*.tree eol=crlf\n*.both -text\n*.info -text\n", to: ".gitattributes")
    try repository.commitAll()
    try repository.write("*.info eol=crlf\n[attr]mine text eol=crlf\n", to: ".git/info/attributes")
    let user = repository.scratch("home/.config/git")
    try FileSystem.createDirectories(user)
    try FileSystem.write(Array("*.user mine\n*.both mine\n".utf8), to: user + Array("/attributes".utf8))
    try repository.expectSameTrees()
    #expect(try repository.open().index().contents(of: "a.user") == Array("x\r\n".utf8))
    #expect(try repository.open().index().contents(of: "a.both") == Array("x\n".utf8))
    try FileSystem.write(Array("*.tree -text\n".utf8), to: repository.scratch("home/own"))
    try repository.git("config", "--global", "core.attributesFile", "~/own")
    try repository.expectSameTrees()
  }

  @Test func largeFiles() throws {
    let repository = try ScratchRepository()
    let id = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:\(id)\nsize 4\n"
    try repository.write(pointer, to: "model.bin")
    try repository.write(pointer, to: "not-lfs")
    try repository.write("no pointer\n", to: "small.bin")
    try repository.write("*.bin filter=lfs diff=lfs merge=lfs -text\n", to: ".gitattributes")
    try repository.commitAll()
    let missing = TreeError.notAvailable("model.bin", why: "Git LFS object \(id) is not here")
    #expect(throws: missing) { try repository.open().index().contents(of: "model.bin") }
    #expect(throws: missing) { try repository.open().index().digest(of: "model.bin", .md5) }
    #expect(try repository.open().index().contents(of: "not-lfs") == Array(pointer.utf8))
    #expect(try repository.open().index().contents(of: "small.bin") == Array("no pointer\n".utf8))
    #expect(try repository.open().workTreeStates(of: ["model.bin"]) == [.unchanged])

    try repository.write("test", to: ".git/lfs/objects/9f/86/\(id)")
    for opened in [try repository.open(), try repository.openThroughCommand()] {
      #expect(try opened.index().contents(of: "model.bin") == Array("test".utf8))
      #expect(
        try opened.index().digest(of: "model.bin", .md5).description == "098f6bcd4621d373cade4e832627b4f6")
    }
    // Without stat data, as a checkout by LFS leaves other than the pointer's.
    let blob = try repository.line("rev-parse", ":model.bin")
    try repository.git("update-index", "--cacheinfo", "100644,\(blob),model.bin")
    try repository.write("test", to: "model.bin")
    #expect(try repository.open().workTreeStates(of: ["model.bin"]) == [.unchanged])
    try repository.write("text", to: "model.bin")
    #expect(try repository.open().workTreeStates(of: ["model.bin"]) == [.modified])
  }

  @Test func filterDrivers() throws {
    let repository = try ScratchRepository()
    try repository.write("x\n", to: "a.enc")
    try repository.write("x\n", to: "a.ipynb")
    try repository.write("x\n", to: "a.nowhere")
    try repository.write(
      "*.enc filter=crypt\n*.ipynb filter=strip\n*.nowhere filter=notConfigured\n", to: ".gitattributes")
    try repository.commitAll()
    try repository.git("config", "filter.crypt.smudge", "rot13")
    try repository.git("config", "filter.strip.clean", "cat")
    try repository.git("config", "filter.strip.smudge", "cat")
    let why = "its content is made by the Git filter ‘crypt’, which is not run"
    #expect(throws: TreeError.notAvailable("a.enc", why: why)) {
      try repository.open().index().contents(of: "a.enc")
    }
    #expect(try repository.open().index().contents(of: "a.ipynb") == Array("x\n".utf8))
    #expect(try repository.open().index().contents(of: "a.nowhere") == Array("x\n".utf8))
    try FileSystem.setMode(0o755, of: repository.path + Array("/a.enc".utf8))
    #expect(try repository.open().index().storedSize(of: "a.enc") == 2)
  }

  @Test func symbolicLinks() throws {
    let repository = try ScratchRepository()
    try repository.write("content\n", to: "data/real/file")
    for (name, target) in [
      ("dir", "data/real"), ("data/up", "../data/./real//file"), ("out", "../elsewhere"),
      ("abs", "/etc/passwd"),
      ("broken", "nowhere"), ("loop", "loop2"), ("loop2", "loop"), ("chain", "dir/file"),
    ] {
      try FileSystem.createSymbolicLink(
        at: repository.path + Array("/\(name)".utf8), to: Array(target.utf8))
    }
    try repository.commitAll()
    try repository.expectSameTrees()
    let tree = try repository.open().index()
    #expect(try tree.contents(of: "dir/file") == Array("content\n".utf8))
    #expect(try tree.contents(of: "data/up") == Array("content\n".utf8))
    #expect(try tree.contents(of: "chain") == Array("content\n".utf8))
    #expect(try tree.target(of: "dir") == .directory)
    #expect(try tree.entry(at: "dir") == .symbolicLink)
    #expect(try tree.children(of: "dir").map(\.name) == [Array("file".utf8)])
    #expect(try tree.target(of: "broken") == nil)
    let out = "a symbolic link leads out of the repository"
    #expect(throws: TreeError.notAvailable("out", why: out)) { try tree.contents(of: "out") }
    #expect(throws: TreeError.notAvailable("abs", why: out)) { try tree.contents(of: "abs") }
    #expect(throws: TreeError.self) { try tree.contents(of: "loop") }
  }

  @Test func ignores() throws {
    let repository = try ScratchRepository()
    try repository.write("*.log\n/build\n", to: ".gitignore")
    try repository.write("!keep.log\n", to: "sub/.gitignore")
    try repository.git("add", "-A")
    try repository.write("everything\n*\n", to: ".gitignore")
    try repository.write("*.exclude\n", to: ".git/info/exclude")
    let user = repository.scratch("home/.config/git")
    try FileSystem.createDirectories(user)
    try FileSystem.write(Array("*.user\n".utf8), to: user + Array("/ignore".utf8))
    let tree = try repository.open().index()
    let ignored = ["a.log", "sub/b.log", "build", "x.exclude", "y/z.user"]
    for path in ignored {
      #expect(try tree.isIgnoredByGit(RepositoryPath(normalized: Array(path.utf8)), isDirectory: false))
    }
    for path in ["sub/keep.log", "other", "sub/build"] {
      #expect(try !tree.isIgnoredByGit(RepositoryPath(normalized: Array(path.utf8)), isDirectory: false))
    }
  }
}
