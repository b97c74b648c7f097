"""What Git holds: the index that differs from the work tree, line ends, links, conflicts, history."""

from cases import case
from cases.stages import train
from judge import CHANGED, CLEAN, FAILS


@case("a parameter is staged, the lock is not", CLEAN)
def _(r):
    train(r)
    r.file("params.yaml", "lr: 0.2\n")
    r.lock()
    r.stage("params.yaml")


@case("the lock is staged, the parameter is not", CLEAN)
def _(r):
    train(r)
    r.file("params.yaml", "lr: 0.2\n")
    r.lock()
    r.stage("dvc.lock")


@case("a change is staged and was undone in the work tree", CLEAN)
def _(r):
    train(r)
    r.file("params.yaml", "lr: 0.2\n")
    r.stage("params.yaml")
    r.file("params.yaml", "lr: 0.1\n")


@case("code is staged, other code is in the work tree", CHANGED)
def _(r):
    train(r)
    r.files(data="staged\n")
    r.stage("data")
    r.files(data="later\n")


@case("dvc.yaml is staged, its stage's file is untracked", CHANGED)
def _(r):
    train(r)
    r.append("dvc.yaml", "  more: {cmd: x, deps: [fresh]}\n")
    r.files(fresh="1")
    r.stage("dvc.yaml")


@case("a deletion is staged, the file is still there", CLEAN)
def _(r):
    train(r)
    r.stage()
    r.git("rm", "-q", "--cached", "data")


@case("a file is gone from the work tree, the deletion is not staged", CHANGED)
def _(r):
    train(r)
    r.remove("data")
    r.stage()


@case("a pointer is staged that the work tree has changed again", CHANGED)
def _(r):
    r.files(d="1")
    r.track("d")
    r.commit()
    r.files(d="2")
    r.file("d.dvc", '{"outs": [{"md5": "%s", "hash": "md5", "path": "d"}]}\n' % r.store("d"))
    r.stage("d.dvc")
    r.files(d="3")


@case("a forgotten pointer: data and .dvc changed, only code is staged", CLEAN)
def _(r):
    r.files(d="1", code="1")
    r.track("d")
    r.pipeline("s: {cmd: x, deps: [d, code]}")
    r.lock("s")
    r.commit()
    r.files(d="2", code="2")
    r.file("d.dvc", '{"outs": [{"md5": "%s", "hash": "md5", "path": "d"}]}\n' % r.store("d"))
    r.lock("s")
    r.stage("code", "dvc.lock")


@case("intent to add is not added", CHANGED)
def _(r):
    train(r)
    r.append("dvc.yaml", "  more: {cmd: x, deps: [fresh]}\n")
    r.files(fresh="1")
    r.stage("dvc.yaml")
    r.git("add", "-N", "fresh")


@case("a merge in progress has no tree to judge", None)
def _(r):
    train(r)
    r.git("checkout", "-q", "-b", "side")
    r.file("params.yaml", "lr: 0.3\n")
    r.commit()
    r.git("checkout", "-q", "main")
    r.file("params.yaml", "lr: 0.4\n")
    r.commit()
    r.git("merge", "-q", "side", check=False)
    r.stage()


@case("a lock with conflict markers in the index only", CLEAN)
def _(r):
    train(r)
    before = (r.path / "dvc.lock").read_text()
    r.file("dvc.lock", "<<<<<<< HEAD\n" + before)
    r.stage("dvc.lock")
    r.file("dvc.lock", before)


@case("no commit yet", CHANGED)
def _(r):
    r.pipeline("a: {cmd: x}")


@case("no commit yet, nothing staged", CHANGED)
def _(r):
    r.pipeline("a: {cmd: x}")
    r.stage()
    r.only("worktree")  # an index without a DVC root: the scenarios look at it


@case("three commits back, by every name", CLEAN)
def _(r):
    train(r)
    r.file("params.yaml", "lr: 0.2\n")
    r.commit("stale")
    r.git("tag", "-a", "v1", "-m", "x")
    r.lock()
    r.commit("fresh")
    r.files(data="other\n")
    r.commit("stale again")
    r.lock()
    tree = r.git("rev-parse", "HEAD~1^{tree}").strip()
    for rev in ("HEAD~1", "HEAD~2", "HEAD~3", "v1", "main", "HEAD^{tree}", tree, r.git("rev-parse", "HEAD~2")[:8]):
        r.ask("rev", rev=rev)


@case("a detached HEAD", CLEAN)
def _(r):
    train(r)
    r.file("params.yaml", "lr: 0.2\n")
    r.commit()
    r.git("checkout", "-q", "--detach", "HEAD~1")


@case("packed objects and refs", CLEAN)
def _(r):
    train(r)
    r.git("gc", "-q")


@case("a linked worktree", CHANGED)
def _(r):
    train(r)
    r.git("worktree", "add", "-q", "../linked")
    (r.place / "linked/.dvc/config.local").write_text("[cache]\n    dir = ../../cache\n")
    (r.place / "linked/params.yaml").write_text("lr: 5\n")
    r.files(data="2")


for name in ("crlf in the attributes", "autocrlf in the configuration"):

    @case(f"line ends: {name}", None)
    def _(r, name=name):
        if name.startswith("crlf"):
            r.file(".gitattributes", "*.txt text eol=crlf\n")
        else:
            with open(r.home / ".gitconfig", "a") as settings:
                settings.write("[core]\n\tautocrlf = true\n")
        r.file("a.txt", "1\r\n2\r\n")
        r.file("d/b.txt", "1\r\n")
        r.file("d/c", b"\x00\r\n")
        r.pipeline("s: {cmd: x, deps: [a.txt, d]}")
        r.lock()
        r.commit()


@case("line ends: recorded with CRLF, committed with LF", CLEAN)
def _(r):
    r.file(".gitattributes", "*.txt text eol=lf\n")
    r.file("a.txt", "1\r\n2\r\n")
    r.pipeline("s: {cmd: x, deps: [a.txt]}")
    r.lock()
    r.commit()


@case("line ends: -text leaves CRLF alone", CLEAN)
def _(r):
    r.file(".gitattributes", "* -text\n")
    r.file("a.txt", "1\r\n2\n")
    r.pipeline("s: {cmd: x, deps: [a.txt]}")
    r.lock()
    r.commit()


@case("line ends: attributes in a subfolder, with macros", CLEAN)
def _(r):
    r.file(".gitattributes", "[attr]win text eol=crlf\n")
    r.file("d/.gitattributes", "*.txt win\nraw.txt binary\n")
    r.file("d/a.txt", "1\r\n")
    r.file("d/raw.txt", "1\r\n")
    r.pipeline("s: {cmd: x, deps: [d]}")
    r.lock()
    r.commit()


@case("the ident filter", None)
def _(r):
    r.file(".gitattributes", "*.py ident\n")
    r.file("a.py", "# $Id$\n")
    r.pipeline("s: {cmd: x, deps: [a.py]}")
    r.commit()
    r.remove("a.py")
    r.git("checkout", "-q", "a.py")
    r.lock()
    r.commit()


@case("working-tree-encoding", None)
def _(r):
    r.file(".gitattributes", "*.csv text working-tree-encoding=UTF-16LE eol=lf\n")
    r.file("a.csv", "é,1\n".encode("utf-16-le"))
    r.pipeline("s: {cmd: x, deps: [a.csv]}")
    r.lock()
    r.commit()


@case("parameters with CRLF in the checkout", CLEAN)
def _(r):
    r.file(".gitattributes", "*.yaml text eol=crlf\n")
    r.file("params.yaml", "a: |\r\n  x\r\n  y\r\nb: 'z'\r\n")
    r.pipeline("s: {cmd: x, params: [a, b]}")
    r.lock()
    r.commit()


@case("a link to data that DVC tracks", CLEAN)
def _(r):
    r.files(d="1")
    r.track("d")
    r.link("l", "d")
    r.pipeline("s: {cmd: x, deps: [l]}")
    r.lock("s")
    r.commit()


@case("a link to a folder that DVC tracks", CLEAN)
def _(r):
    r.file("d/x", "1")
    r.track("d")
    r.link("l", "d")
    r.pipeline("s: {cmd: x, deps: [l/x]}\nt: {cmd: x, deps: [l]}")
    r.lock("s", "t")
    r.commit()


@case("a chain of links", CHANGED)
def _(r):
    r.files(real="1")
    r.link("one", "sub/two")
    r.link("sub/two", "../real")
    r.pipeline("s: {cmd: x, deps: [one]}")
    r.lock()
    r.commit()
    r.files(real="2")


@case("a dependency in the commit that Git ignores", CLEAN)
def _(r):
    r.file(".gitignore", "gen/\n")
    r.file("gen/a", "1")
    r.pipeline("s: {cmd: x, deps: [gen/a]}")
    r.lock()
    r.git("add", "-A")
    r.git("add", "-f", "gen/a")
    r.git("commit", "-q", "-m", "x")


@case("a dependency that only this work tree has", CLEAN)
def _(r):
    r.file(".gitignore", "gen/\n")
    r.file("gen/a", "1")
    r.pipeline("s: {cmd: x, deps: [gen/a, gen]}")
    r.lock()
    r.commit()


@case("data that Git and DVC both track", CLEAN)
def _(r):
    r.files(d="1")
    r.track("d")
    r.git("add", "-f", "d")
    r.commit()


@case("data that Git and DVC both track, and tell apart", None)
def _(r):
    r.files(d="1")
    r.track("d")
    r.git("add", "-f", "d")
    r.commit()
    r.files(d="2")
    r.git("add", "-f", "d")
    r.only("worktree")  # `dvc checkout` would refuse to overwrite what is in no cache


@case("a git-tracked output that its stage never recorded", CHANGED)
def _(r):
    r.files(o="1", dep="1")
    r.pipeline("s: {cmd: x, deps: [dep], outs: [{o: {cache: false}}]}")
    r.commit()


@case("a cached output that Git tracks as well", CHANGED)
def _(r):
    r.files(o="1", dep="1")
    r.pipeline("s: {cmd: x, deps: [dep], outs: [o]}")
    r.lock()
    r.commit()
    r.files(dep="2")


@case("a file with the name of a folder on a case-sensitive disk", CHANGED)
def _(r):
    r.files(A="1")
    r.file("a/x", "1")
    r.pipeline("s: {cmd: x, deps: [A, a]}")
    r.lock()
    r.commit()
    r.files(A="2")


@case("an executable, a large and an empty file", CHANGED)
def _(r):
    r.file("run.sh", "#!/bin/sh\n", 0o755)
    r.file("large", b"0123456789abcdef" * 100_000)
    r.file("empty", "")
    r.pipeline("s: {cmd: x, deps: [run.sh, large, empty]}")
    r.lock()
    r.commit()
    r.file("large", b"0123456789abcdef" * 100_000 + b"x")


@case("an output without a record, in Git, whose files the cache holds and whose list it does not", None)
def _(r):
    r.file("o/a", "A\n")
    r.file("o/b", "B\n")
    r.put_object(b"A\n")
    r.put_object(b"B\n")
    r.pipeline("s: {cmd: x, outs: [o]}")
    r.commit()


@case("two stages with one output, and the later one has no record", None)
def _(r):
    r.files(o="1", p="2", q="3")
    r.file("d/o", "4")
    for path in ("o", "p", "d"):
        r.ignore(path)
    r.pipeline("s: {cmd: x, outs: [o, d/o]}\nt: {cmd: x, outs: [p]}\nu: {cmd: x, deps: [o, p, d]}")
    r.lock()
    r.pipeline("s: {cmd: x, outs: [o, d/o]}\nt: {cmd: x, outs: [p]}\nu: {cmd: x, deps: [o, p, d]}\nz: {cmd: x, outs: [o, d/o]}")
    r.edit("dvc.yaml", "t: {cmd", "y: {cmd: x, outs: [p]}\n  t: {cmd")
    r.commit()


@case("the directory of an output that was never made", None)
def _(r):
    r.pipeline("s: {cmd: x, outs: [d/o]}\nt: {cmd: x, deps: [d, d/o]}")
    r.commit()


@case("a link to a directory below which DVC tracks something beside files in Git", CLEAN)
def _(r):
    # Twice: the first time dvc writes the pointers anew, which are a part of what is recorded.
    r.file("s/a", "1")
    r.file("s/u/b", "2")
    r.file("s/u/d", "3")
    r.file("s/u/v/w/e", "4")
    r.track("s/u/d")
    r.track("s/u/v")
    r.link("lnk", "s")
    r.link("deep/lnk", "../lnk/u")
    r.pipeline("y: {cmd: x, deps: [s, lnk, deep/lnk, lnk/u, lnk/u/d, lnk/u/b, lnk/u/v, lnk/u/v/w, deep/lnk/v/w/e]}")
    r.lock()
    r.lock()
    r.commit()
