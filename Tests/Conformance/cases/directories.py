"""Directories: what counts, in which order, and what .dvcignore takes away."""

from cases import case
from judge import CHANGED, CLEAN, FAILS


def folder(r, files=None, ignored="", tracked=True):
    """A stage that depends on the directory d, recorded and committed."""
    for name, text in (files or {"a": "A\n", "s/b": "B\n"}).items():
        r.file(f"d/{name}", text)
    if ignored:
        r.file(".dvcignore", ignored)
    r.pipeline("s: {cmd: x, deps: [d]}")
    r.lock()
    if tracked:
        r.commit()


D = {"s": [{"changed deps": {"d": "modified"}}]}


@case("a directory that is as it was", CLEAN)
def _(r):
    folder(r)


@case("a file of a directory changed", D)
def _(r):
    folder(r)
    r.file("d/s/b", "C\n")


@case("a file of a directory is gone", D)
def _(r):
    folder(r)
    r.remove("d/s/b")


@case("a file of a directory was renamed", D)
def _(r):
    folder(r)
    r.rename("d/a", "d/c")


@case("two files of a directory swapped their contents", D)
def _(r):
    folder(r)
    r.file("d/a", "B\n")
    r.file("d/s/b", "A\n")


@case("a directory is gone", {"s": [{"changed deps": {"d": "deleted"}}]})
def _(r):
    folder(r)
    r.remove("d")


@case("a directory became a file", D)
def _(r):
    folder(r)
    r.remove("d")
    r.file("d", "x")


@case("an empty folder leaves no trace", CLEAN)
def _(r):
    folder(r)
    (r.path / "d/empty/deeper").mkdir(parents=True)


@case("a directory that was emptied", D)
def _(r):
    folder(r)
    r.remove("d/a", "d/s")


@case("an untracked file in a directory counts", D)
def _(r):
    folder(r)
    r.file("d/new", "x")
    r.stage()


@case("a git-ignored file in a directory counts", D)
def _(r):
    r.file(".gitignore", "__pycache__/\n")
    folder(r)
    r.file("d/__pycache__/m.pyc", "x")


@case("a lock that counted files which Git does not have", CLEAN)
def _(r):
    r.file(".gitignore", "__pycache__/\n")
    folder(r, {"m.py": "code\n", "__pycache__/m.pyc": "x"})


@case("a .dvcignored file in a directory does not count", CLEAN)
def _(r):
    folder(r, ignored="__pycache__/\n*.tmp\n")
    r.file("d/__pycache__/m.pyc", "x")
    r.file("d/s/x.tmp", "x")


@case("hidden files, .gitignore, pointers and locks in a directory count", D)
def _(r):
    folder(r, {"a": "1", ".hidden": "2", "x/.gitignore": "/q\n", "n.dvc": "outs: []\n"})
    r.file("d/.hidden", "3")


@case("odd names are ordered by code point and escaped", CLEAN)
def _(r):
    names = "<&> A a-b a.txt a/b c back\\slash q\"uote e\u0301 \u00e9 \u2028ls \ufffd \U0001f600 aa ab".split(" ")
    names += ["sp ace", "tab\tx", "nl\nx", "ctl\x01", "del\x7f", "a b/c", "a/b2"]
    folder(r, {name: name for name in names})


@case("one of the odd names changed", D)
def _(r):
    folder(r, {"\U0001f600": "1", "\ufffd": "2", "del\x7f": "3", "a-b": "4", "a/b": "5", "a.b": "6"})
    r.file("d/\U0001f600", "2")


@case("a link to a file in a directory is its content", D)
def _(r):
    r.files(target="1")
    r.link("d/l", "../target")
    folder(r)
    r.files(target="2")


@case("a link to a folder in a directory is nothing", CLEAN)
def _(r):
    r.file("other/x", "1")
    r.link("d/l", "../other")
    folder(r)
    r.file("other/x", "2")


@case("a dependency that is a link to a folder", CHANGED)
def _(r):
    r.file("real/x", "1")
    r.link("l", "real")
    r.pipeline("s: {cmd: x, deps: [l]}")
    r.lock()
    r.commit()
    r.file("real/x", "2")


@case("a dependency that is a link to a file", CHANGED)
def _(r):
    r.files(real="1")
    r.link("l", "real")
    r.pipeline("s: {cmd: x, deps: [l]}")
    r.lock()
    r.commit()
    r.files(real="2")


@case("a dependency below a link to a folder", CHANGED)
def _(r):
    r.file("real/x", "1")
    r.link("l", "real")
    r.pipeline("s: {cmd: x, deps: [l/x]}")
    r.lock()
    r.commit()
    r.file("real/x", "2")


@case("an output below a link to a folder, read where it really is", CLEAN)
def _(r):
    r.files(**{"real/keep": "1", "real/o": "2"})
    r.link("l", "real")
    r.pipeline("s: {cmd: x, outs: [l/o]}\nt: {cmd: y, deps: [real/o]}")
    r.ignore("real/o")
    r.lock()
    r.commit()


@case("an output below a link to a folder, read where it really is, changed", CHANGED)
def _(r):
    r.files(**{"real/keep": "1", "real/o": "2"})
    r.link("l", "real")
    r.pipeline("s: {cmd: x, outs: [l/o]}\nt: {cmd: y, deps: [real/o]}")
    r.ignore("real/o")
    r.lock()
    r.files(**{"real/o": "3"})
    r.lock("s")
    r.commit()


@case("a link that was bent to another file of the same content", CLEAN)
def _(r):
    r.files(one="1", two="1")
    r.link("l", "one")
    r.pipeline("s: {cmd: x, deps: [l]}")
    r.lock()
    r.commit()
    r.remove("l")
    r.link("l", "two")


@case("a broken link as a dependency", FAILS)
def _(r):
    r.link("l", "nowhere")
    r.pipeline("s: {cmd: x, deps: [l]}")
    r.commit()


@case("a broken link in a directory", FAILS)
def _(r):
    folder(r)
    r.link("d/l", "nowhere")


@case("a link that points to itself", None)
def _(r):
    r.link("l", "l")
    r.pipeline("s: {cmd: x, deps: [l]}")
    r.commit()


@case("a .dvcignore inside a directory is refused", FAILS)
def _(r):
    folder(r)
    r.file("d/.dvcignore", "x\n")


@case("the root as a dependency", None)
def _(r):
    r.files(a="1")
    r.pipeline("s: {cmd: x, deps: [.]}")
    r.commit()


@case("a folder with an entry .dvc vanishes", CLEAN)
def _(r):
    folder(r)
    r.file("d/sub/x", "1")
    r.file("d/sub/.dvc", "1")


@case("a folder with a DVC root in it vanishes", CLEAN)
def _(r):
    folder(r)
    r.file("d/sub/x", "1")
    r.file("d/sub/.dvc/config", "")
    r.only("worktree")  # two roots in a revision: see roots.py


@case("a .git file in a folder does not count, its neighbours do", D)
def _(r):
    folder(r)
    r.file("d/sub/x", "1")
    r.file("d/sub/.git", "gitdir: nowhere\n")
    r.only("worktree")  # Git itself would not add it


@case("a directory that holds its own dvc.lock is never up to date", CHANGED)
def _(r):
    r.files(**{"d/a": "1"})
    r.file("d/dvc.yaml", "stages:\n  s: {cmd: x, wdir: .., deps: [d]}\n")
    r.lock("d/dvc.yaml")
    r.commit()


@case("a directory with pointers and data in it", CLEAN)
def _(r):
    r.file("d/code.py", "code\n")
    r.file("d/x", "data\n")
    r.file("d/dd/1", "1\n")
    r.file("d/dd/s/2", "2\n")
    r.track("d/x")
    r.track("d/dd")
    r.pipeline("s: {cmd: x, deps: [d]}")
    r.lock("s")
    r.commit()


@case("data inside of a directory changed, with its pointer", CHANGED)
def _(r):
    r.file("d/code.py", "code\n")
    r.file("d/dd/1", "1\n")
    r.track("d/dd")
    r.pipeline("s: {cmd: x, deps: [d]}")
    r.lock("s")
    r.commit()
    r.file("d/dd/1", "3\n")
    r.file("d/dd.dvc", '{"outs": [{"md5": "%s", "hash": "md5", "path": "dd"}]}\n' % r.store("d/dd"))


@case("a dependency inside of a tracked directory", CHANGED)
def _(r):
    r.file("d/a/1", "1\n")
    r.file("d/a/s/2", "2\n")
    r.file("d/b", "b\n")
    r.track("d")
    r.pipeline("one: {cmd: x, deps: [d/b]}\ntwo: {cmd: x, deps: [d/a]}\nthree: {cmd: x, deps: [d/a/s/2, d]}")
    r.lock("one", "two", "three")
    r.commit()
    r.file("d/a/1", "3\n")
    r.file("d.dvc", '{"outs": [{"md5": "%s", "hash": "md5", "path": "d"}]}\n' % r.store("d"))


@case("a dependency inside of a tracked directory that is gone", CHANGED)
def _(r):
    r.file("d/a", "1\n")
    r.file("d/b", "b\n")
    r.track("d")
    r.pipeline("one: {cmd: x, deps: [d/b]}")
    r.lock("one")
    r.commit()
    r.remove("d/b")
    r.file("d.dvc", '{"outs": [{"md5": "%s", "hash": "md5", "path": "d"}]}\n' % r.store("d"))


@case("a dependency on the output of another stage", CHANGED)
def _(r):
    r.files(raw="1", mid="2", end="3")
    r.pipeline("one: {cmd: x, deps: [raw], outs: [mid]}\ntwo: {cmd: y, deps: [mid], outs: [end]}")
    r.ignore("mid")
    r.ignore("end")
    r.lock()
    r.commit()
    r.files(mid="4")
    r.lock("one")


@case("a dependency on an output directory of another stage", CHANGED)
def _(r):
    r.files(raw="1")
    r.file("mid/a", "a")
    r.file("mid/s/b", "b")
    r.pipeline("one: {cmd: x, deps: [raw], outs: [mid]}\ntwo: {cmd: y, deps: [mid/s]}\nthree: {cmd: z, deps: [mid]}")
    r.ignore("mid")
    r.lock()
    r.commit()
    r.file("mid/s/b", "c")
    r.lock("one")


@case("a dependency on a folder that holds the output of another stage", CHANGED)
def _(r):
    r.file("top/code", "1")
    r.file("top/out/a", "2")
    r.pipeline("one: {cmd: x, outs: [top/out], params: [p]}\ntwo: {cmd: y, deps: [top]}")
    r.file("params.yaml", "p: 1\n")
    r.ignore("top/out")
    r.lock()
    r.commit()
    r.file("top/out/a", "3")
    r.lock("one")


@case("many small files, one of them changed", D)
def _(r):
    folder(r, {f"p{n % 7}/f{n}": f"{n}\n" for n in range(300)})
    r.file("d/p3/f10", "other\n")


@case("a CRLF file is another file", D)
def _(r):
    folder(r)
    r.file("d/a", "A\r\n")


@case("an output without a record that cannot be hashed: a .dvcignore in it", FAILS)
def _(r):
    r.file("o/a", "A\n")
    r.file("o/.dvcignore", "x\n")
    r.pipeline("s: {cmd: x, outs: [o]}")
    r.ignore("o")
    r.commit()


@case("an output without a record that cannot be hashed: a broken link", FAILS)
def _(r):
    r.link("o", "nowhere")
    r.pipeline("s: {cmd: x, outs: [{o: {cache: false}}]}")
    r.commit()
