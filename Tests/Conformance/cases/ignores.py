"""What .dvcignore and .gitignore hide, and from whom."""

from cases import case
from judge import CHANGED, CLEAN, FAILS

NAMES = ["a", "b", "foo", "foo.txt", "sub/a", "sub/foo", "sub/deep/a", "sub/deep/foo.txt", "x y", "\u00e9", "[a]", "build/a", "build/keep", "a.tmp", "#a", "!a"]


@case(".dvcignore: patterns that hide everything that changed", CLEAN)
def _(r):
    for name in NAMES:
        r.file(f"d/{name}", name)
    r.pipeline("s: {cmd: x, deps: [d]}")
    r.file(".dvcignore", "foo*\n/d/build\n*.tmp\n!a.tmp\nsub/\n")
    r.lock()
    r.commit()
    for name in ("foo", "foo.txt", "build/a", "sub/a", "sub/deep/foo.txt"):
        r.file(f"d/{name}", "changed")


def added(title, pattern, name, expected):
    """A file that appears after the record was made: is it hidden by the pattern?"""

    @case(f".dvcignore hides: {title}", expected)
    def _(r):
        r.file("d/base", "1")
        if expected != FAILS:
            r.file(".dvcignore", pattern + "\n")
        r.pipeline("s: {cmd: x, deps: [d]}")
        r.lock()
        r.commit()
        r.file(f"d/{name}", "1")
        r.file(".dvcignore", pattern + "\n")


added("a name anywhere", "a", "x/a", CLEAN)
added("a name is not a part of a name", "a", "ab", CHANGED)
added("an anchored name", "/a", "a", CHANGED)
added("an anchored path", "/d/a", "a", CLEAN)
added("a path with a slash is anchored", "d/a", "x/d/a", CHANGED)
added("a folder only", "a/", "a", CHANGED)
added("a folder's content", "a/", "a/x", CLEAN)
added("a star", "*.tmp", "x/y.tmp", CLEAN)
added("a star stops at a slash", "d/*.tmp", "x/y.tmp", CHANGED)
added("two stars", "d/**/y", "a/b/y", CLEAN)
added("two stars match nothing", "d/**/y", "y", CLEAN)
added("two stars at the end", "d/x/**", "x/y/z", CLEAN)
added("a question mark is one code point", "?", "\u00e9", CLEAN)
added("two question marks are not", "??", "\u00e9", CHANGED)
added("a character class", "[ab]", "b", CLEAN)
added("a negated class", "[!a]", "b", None)
added("an escaped star", r"\*", "*", CLEAN)
added("a leading blank is stripped", " a", "a", CLEAN)
added("a trailing tab is stripped", "a\t", "a", CLEAN)
added("a comment", "#a", "#a", CHANGED)
added("an escaped comment", r"\#a", "#a", CLEAN)
added("a negation after a pattern", "*.tmp\n!y.tmp", "y.tmp", CHANGED)
added("a negation before a pattern", "!y.tmp\n*.tmp", "y.tmp", CLEAN)
added("nothing returns from below a hidden folder", "x/\n!x/y", "x/y", CLEAN)
added("*/ hides nothing useful", "*/", "x/y", None)
added("case matters", "A", "a", CHANGED)
added("CRLF in .dvcignore", "a\r", "a", CLEAN)
added("!.git shows it", "!.hg/", ".hg/x", CHANGED)
added("a lone exclamation mark", "!", "a", FAILS)
added("a lone backslash", "\\", "a", FAILS)
added("a reversed range", "[z-a]", "a", FAILS)
added("an escaped trailing blank", "a\\ ", "a ", FAILS)


@case("a deeper .dvcignore wins over the one above", CHANGED)
def _(r):
    r.file("d/base", "1")
    r.file("top/.dvcignore", "!*.tmp\n")
    r.file(".dvcignore", "*.tmp\n")
    r.file("top/d/base", "1")
    r.pipeline("s: {cmd: x, deps: [d]}\nt: {cmd: x, deps: [top/d]}")
    r.lock()
    r.commit()
    r.file("d/a.tmp", "1")
    r.file("top/d/a.tmp", "1")


@case("a .dvcignored pipeline, pointer and folder are not collected", CLEAN)
def _(r):
    r.file(".dvcignore", "one/\n*.dvc\n/two/dvc.yaml\n")
    for place in ("one", "two"):
        r.file(f"{place}/dvc.yaml", "stages: {a: {cmd: x}}\n")
    r.file("x.dvc", "outs: [{path: x, hash: md5, md5: abc}]\n")
    r.commit()


@case("a .dvcignored dependency is still hashed", CHANGED)
def _(r):
    r.files(a="1")
    r.file(".dvcignore", "a\n")
    r.pipeline("s: {cmd: x, deps: [a]}")
    r.lock()
    r.commit()
    r.files(a="2")


@case("a .dvcignored directory dependency is empty", None)
def _(r):
    r.file("d/a", "1")
    r.pipeline("s: {cmd: x, deps: [d]}")
    r.lock()
    r.commit()
    r.file(".dvcignore", "d/\n")


@case("a .dvcignored output is refused", FAILS)
def _(r):
    r.file("o", "1")
    r.file(".dvcignore", "o\n")
    r.pipeline("s: {cmd: x, outs: [{o: {cache: false}}]}")
    r.commit()


@case("a git-ignored pipeline is not collected", CLEAN)
def _(r):
    r.file(".gitignore", "sub/\n")
    r.file("sub/dvc.yaml", "stages: {a: {cmd: x}}\n")
    r.commit()


@case("a tracked but git-ignored pipeline is not collected either", CLEAN)
def _(r):
    r.file("sub/dvc.yaml", "stages: {a: {cmd: x}}\n")
    r.commit()
    r.file(".gitignore", "/sub/dvc.yaml\n")


@case("a tracked but git-ignored pointer is not collected", CLEAN)
def _(r):
    r.file("x.dvc", "outs: [{path: x, hash: md5, md5: abc}]\n")
    r.commit()
    r.file(".gitignore", "*.dvc\n")


@case("a git-ignored lock that is in the commit", FAILS)
def _(r):
    r.files(a="1")
    r.pipeline("s: {cmd: x, deps: [a]}")
    r.lock()
    r.commit()
    r.file(".gitignore", "dvc.lock\n")


@case("an output that is a folder is not searched for pipelines", CLEAN)
def _(r):
    r.file("d/dvc.yaml", "stages: {a: {cmd: x}}\n")
    r.track("d")
    r.commit()


@case("a negated .gitignore pattern", CHANGED)
def _(r):
    r.file(".gitignore", "*.yaml\n!dvc.yaml\n")
    r.file("dvc.yaml", "stages: {a: {cmd: x}}\n")
    r.commit()


@case("a deeper .gitignore", CLEAN)
def _(r):
    r.file("sub/.gitignore", "/dvc.yaml\n")
    r.file("sub/dvc.yaml", "stages: {a: {cmd: x}}\n")
    r.commit()
