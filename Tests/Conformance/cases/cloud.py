"""What the cache has and a remote has not, and the other way round: `status --cloud`."""

import hashlib
import json

from cases import case
from judge import CHANGED, CLEAN, FAILS


def md5(content):
    """The hash of a text."""
    return hashlib.md5(content.encode()).hexdigest()


def data(r, root="."):
    """A file f and a folder d with two files, tracked and committed, with an empty remote."""
    r.file(f"{root}/f", "f\n")
    r.file(f"{root}/d/a", "1\n")
    r.file(f"{root}/d/s/b", "2\n")
    r.track(f"{root}/f")
    r.track(f"{root}/d")
    r.commit()
    r.remote(root=root)


def outputs(r, *names):
    """The outputs of one stage: dvc meets them in their order, and files of DVC's in that of the file system."""
    r.pipeline(f"s: {{cmd: x, outs: [{', '.join(names)}]}}")
    r.lock()


def damage(path, mode):
    """Writes something else into an object."""
    path.chmod(0o644)
    path.write_text("damaged")
    path.chmod(mode)


@case("nothing is on the remote", {"f": "new", "d": "new", "d/a": "new", "d/s/b": "new"})
def _(r):
    data(r)
    r.cloud()
    r.cloud(text=True)
    r.ask("cloud", "-r", "r")
    r.ask("cloud", "-r", "r", text=True)
    r.ask("cloud", "-r", "R")
    r.cloud("-j", "1")


@case("everything is on the remote", CLEAN)
def _(r):
    data(r)
    r.upload()
    r.cloud()
    r.cloud(text=True)
    r.ask("cloud", "-r", "R", text=True)


@case("the remote has what the cache has not", {"f": "deleted", "d/a": "deleted"})
def _(r):
    data(r)
    r.upload()
    r.evict("f\n")
    r.evict("1\n")
    r.cloud()
    r.cloud(text=True)


@case("nobody has it", {"f": "missing", "d": "new", "d/a": "missing", "d/s/b": "new"})
def _(r):
    data(r)
    r.evict("f\n")
    r.evict("1\n")
    r.cloud()
    r.cloud(text=True)


@case("the files of a folder whose list is there count as there", CLEAN)
def _(r):
    data(r)
    r.upload()
    r.lose("1\n", "2\n")
    r.cloud()


@case("a list only on the remote is read there", {"f": "new", "d/a": "deleted"})
def _(r):
    data(r)
    listed = r.store("d")
    r.upload(listed)
    r.evict_object(listed)
    r.evict("1\n")
    r.cloud()
    r.cloud("d")


@case("a list that is nowhere takes its folder out of the document", {"f": "new"})
def _(r):
    data(r)
    r.evict_object(r.store("d"))
    r.cloud()
    r.cloud("d")
    r.cloud("d/a")


@case("a damaged list on the remote", {"f": "new"})
def _(r):
    data(r)
    listed = r.store("d")
    r.upload(listed)
    r.evict_object(listed)
    damage(r.uploaded(listed), 0o444)
    r.cloud()


@case("a damaged list in the cache that nobody may write", {"f": "new"})
def _(r):
    data(r)
    damage(r.cached(r.store("d")), 0o444)
    r.cloud()


@case("a damaged list in the cache that may be written", FAILS)
def _(r):
    data(r)
    damage(r.cached(r.store("d")), 0o644)
    r.cloud()
    r.cloud("f")


@case("damaged objects in the cache", {"f": "deleted"})
def _(r):
    data(r)
    r.upload()
    damage(r.cached(md5("f\n")), 0o644)
    damage(r.cached(md5("1\n")), 0o444)
    r.cloud()


@case("damaged objects on the remote", {"f": "new"})
def _(r):
    data(r)
    r.file("g", "g\n")
    r.track("g")
    r.upload()
    damage(r.uploaded("f\n"), 0o644)
    damage(r.uploaded("g\n"), 0o444)
    r.cloud()


@case("objects of the remote that may be written and are sound", CLEAN)
def _(r):
    data(r)
    r.upload()
    r.uploaded("f\n").chmod(0o600)
    r.cloud()


@case("an object in two outputs has the name of the first", {"b": "new", "c": "new", "c/y": "new", "e": "new"})
def _(r):
    r.files(a="same\n", b="same\n")
    r.file("c/x", "same\n")
    r.file("c/y", "other\n")
    r.file("c/z", "other\n")
    r.file("e/z", "same\n")
    outputs(r, "b", "c", "a", "e")
    r.remote()
    r.cloud()
    r.cloud("a")
    r.cloud("e", "c")
    r.cloud("c/x", "b")


@case("a file that is also in a folder whose list is there", {"d/a": "deleted"})
def _(r):
    r.files(g="1\n")
    r.file("d/a", "1\n")
    r.file("d/s/b", "2\n")
    outputs(r, "d", "g")
    r.remote()
    r.upload(r.store("d"))
    r.evict("1\n")
    r.cloud()
    r.cloud("g")
    r.cloud("d/s", "g")


@case("two folders with one list", {"x": "new", "x/a": "new"})
def _(r):
    for name in ("x", "y"):
        r.file(f"{name}/a", "1\n")
        r.file(f"{name}/b", "2\n")
    outputs(r, "x", "y")
    r.remote()
    r.upload(md5("2\n"))
    r.cloud()
    r.cloud("y")


@case("an empty folder", {"d": "new"})
def _(r):
    (r.path / "d").mkdir()
    r.file("d.dvc", json.dumps({"outs": [{"md5": r.put_object(b"[]", ".dir"), "hash": "md5", "path": "d"}]}))
    r.remote()
    r.cloud()


@case("outputs with a remote of their own are left out", {"f": "new"})
def _(r):
    r.files(f="f\n", g="g\n")
    r.file("d/a", "1\n")
    r.track("f")
    r.track("g", remote="other")
    r.track("d", remote="other")
    r.remote()
    r.remote("other", default=False)
    r.cloud()
    r.ask("cloud", "-r", "other")
    r.cloud("g", text=True)


@case("an own remote that is not configured", FAILS)
def _(r):
    r.files(f="f\n")
    r.track("f", remote="nope")
    r.remote()
    r.cloud()


@case("an own remote that is not configured, of a folder without a list", {"f": "new"})
def _(r):
    r.files(f="f\n")
    r.file("d/a", "1\n")
    r.track("f")
    r.track("d", remote="nope")
    r.evict_object(r.store("d"))
    r.remote()
    r.cloud()


@case("a list that an own remote has", {"e": "new", "e/a": "new"})
def _(r):
    for name in ("c", "d", "e"):
        r.file(f"{name}/a", "1\n")
    outputs(r, "c", "{d: {remote: other}}", "e")
    listed = r.store("d")
    r.remote()
    r.remote("other", default=False)
    r.upload(listed, to="other")
    r.evict_object(listed)
    r.cloud()
    r.cloud("c")


@case("push: false, cache: false, outputs of stages", {"o": "new", "keep": "new"})
def _(r):
    r.files(o="o\n", m="m\n", p="p\n", dep="d\n", keep="k\n")
    r.pipeline("s: {cmd: x, deps: [dep], outs: [o, {p: {push: false}}, {keep: {persist: true}}], metrics: [{m: {cache: false}}]}")
    for name in ("o", "p", "keep"):
        r.ignore(name)
    r.lock()
    r.commit()
    r.remote()
    r.cloud()
    r.cloud("s")
    r.cloud("o")
    r.cloud("m")


@case("an output that was never recorded", {"o": "new"})
def _(r):
    r.files(o="o\n")
    r.pipeline("s: {cmd: x, outs: [o]}\nt: {cmd: x, outs: [never]}")
    r.ignore("o")
    r.lock("s")
    r.remote()
    r.cloud()
    r.cloud("t", text=True)


@case("imports", {"u": "new"})
def _(r):
    r.files(src="s\n", u="u\n", i="i\n")
    digest = r.store("u")
    r.file("u.dvc", f"deps:\n- path: src\n  md5: {r.store('src')}\n  hash: md5\nouts:\n- path: u\n  md5: {digest}\n  hash: md5\n")
    r.file(
        "i.dvc",
        f"deps:\n- path: i\n  repo: {{url: https://127.0.0.1:1/x, rev_lock: {'a' * 40}}}\n"
        f"outs:\n- path: i\n  md5: {r.store('i')}\n  hash: md5\n",
    )
    r.file("n.dvc", "deps:\n- path: src\nouts:\n- path: n\n  hash: md5\n")
    r.remote()
    r.cloud()
    r.cloud("i")
    r.cloud("n.dvc")


@case("objects that DVC 2 wrote", CHANGED)
def _(r):
    def old(content, suffix=""):
        digest = hashlib.md5(content).hexdigest() + suffix
        stored = r.place / "cache" / digest[:2] / digest[2:]
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.write_bytes(content)
        stored.chmod(0o444)
        return digest

    listed = json.dumps([{"md5": old(b"1\n"), "relpath": "a"}, {"md5": old(b"2\n"), "relpath": "b"}])
    r.file("d.dvc", f"outs:\n- md5: {old(listed.encode(), '.dir')}\n  path: d\n")
    r.file("f.dvc", f"outs:\n- md5: {old(b'1' + chr(10).encode())}\n  path: f\n")
    r.file("g", "1\n")
    r.track("g")
    r.remote()
    r.cloud()
    r.upload()
    r.lose("1\n")
    (r.place / "remotes" / "r" / md5("2\n")[:2] / md5("2\n")[2:]).unlink()
    (r.place / "cache" / md5("1\n")[:2] / md5("1\n")[2:]).unlink()


@case("a DVC root in a subfolder compares its cache", FAILS, root="sub")
def _(r):
    data(r, "sub")
    r.file("sub/deep/x", "")
    r.cloud()
    r.cloud(cwd="sub")
    r.cloud(cwd="sub/deep")
    r.cloud("../d/s", cwd="sub/deep")
    r.cloud("-a", cwd="sub/deep")


@case("in a subfolder paths are relative to it", {"../d": "new", "../d/a": "new", "../d/s/b": "new", "../f": "new"})
def _(r):
    data(r)
    r.file("x/y", "")
    r.commit()
    r.cloud(cwd="x")
    r.cloud("../d/a", cwd="x")
    r.cloud("-A", cwd="x")
    r.cloud(cwd=".dvc")


@case("a root in a root has its own remote", CHANGED)
def _(r):
    data(r)
    r.root("in")
    data(r, "in")
    r.cloud()
    r.cloud(cwd="in")


@case("targets of --cloud", CHANGED)
def _(r):
    data(r)
    r.files(mid="m\n", end="e\n")
    r.pipeline("one: {cmd: x, deps: [f], outs: [mid]}\ntwo: {cmd: y, deps: [mid], outs: [end]}")
    r.file("sub/k", "k\n")
    r.track("sub/k")
    for name in ("mid", "end"):
        r.ignore(name)
    r.lock()
    for arguments in (
        ["d"], ["d/a"], ["d/s"], ["d/nope"], ["d/s/nope"], ["d/"], ["f"], ["f/x"], ["nope"], ["one"], ["dvc.yaml"], ["dvc.yaml:two"],
        ["-d", "two"], ["-d", "end"], ["-R", "sub"], ["-R", "."], ["sub"], ["d.dvc", "mid"], ["d/a", "d/s"], ["one", "nope"],
    ):  # fmt: skip
        r.cloud(*arguments)


@case("nothing to ask for and no remote", CLEAN)
def _(r):
    r.pipeline("s: {cmd: x}")
    r.cloud()
    r.cloud(text=True)
    r.ask("cloud", "-r", "nope")


@case("no stages at all, and a remote", CLEAN)
def _(r):
    r.remote()
    r.cloud()


@case("data and no remote", FAILS)
def _(r):
    r.files(f="f\n")
    r.track("f")
    r.cloud()
    r.ask("cloud", "-r", "nope")


@case("remotes and no default", FAILS)
def _(r):
    r.files(f="f\n")
    r.track("f")
    r.remote(default=False)
    r.cloud()
    r.ask("cloud", "-r", "r")
    r.ask("cloud", "-r", "r", text=True)


@case("one pipeline file is broken", FAILS)
def _(r):
    data(r)
    r.file("x/dvc.yaml", "stages: [\n")
    r.cloud()
    r.cloud("f")
    r.cloud("f.dvc")


def history(r):
    """Data that changed, moved and vanished over commits, branches and tags."""
    data(r)
    r.git("branch", "first")
    r.files(f="2nd f\n")
    r.file("d/a", "2nd a\n")
    for name in ("f", "d"):
        r.track(name)
    r.rename("f", "g")
    r.rename("f.dvc", "g.dvc")
    r.edit("g.dvc", '"f"', '"g"')
    r.commit()
    r.git("tag", "light")
    r.files(other="o\n")
    r.track("other")
    r.commit()
    r.git("tag", "-a", "-m", "t", "annotated")
    r.git("update-ref", "refs/remotes/origin/main", "HEAD")
    r.git("reset", "-q", "--hard", "HEAD~1")


@case("branches, tags and all commits", CHANGED)
def _(r):
    history(r)
    for arguments in ([], ["-a"], ["-T"], ["-A"], ["-a", "-T"], ["-A", "g"], ["-a", "d/a"], ["-T", "d"]):
        r.cloud(*arguments)
    r.cloud("-A", text=True)


@case("branches when the remote has the newest", CHANGED)
def _(r):
    history(r)
    r.upload(md5("2nd f\n"), md5("2nd a\n"), r.store("d"))
    r.evict("f\n")
    r.cloud("-a")
    r.cloud("-T")
    r.cloud("-A")


@case("commits from before the DVC root was made", CHANGED, root="sub")
def _(r):
    r.git("checkout", "-q", "--orphan", "old")
    r.file("x", "")
    r.git("add", "x")
    r.git("commit", "-q", "-m", "old")
    r.git("checkout", "-q", "-b", "main")
    data(r, "sub")
    r.cloud("-A", cwd="sub")
    r.cloud("-a", cwd="sub")


@case("a branch that cannot be read", FAILS)
def _(r):
    data(r)
    r.git("checkout", "-q", "-b", "broken")
    r.file("x/dvc.yaml", "stages: [\n")
    r.commit()
    r.git("checkout", "-q", "main")
    r.cloud("-a")
    r.cloud()


@case("the default remote is the work tree's for every branch", CHANGED)
def _(r):
    data(r)
    r.file(".dvc/config", "[core]\n    remote = gone\n")
    r.commit()
    r.git("branch", "old")
    r.file(".dvc/config", "")
    r.commit()
    r.cloud("-a")


@case("an unborn branch", CHANGED)
def _(r):
    r.files(f="f\n")
    r.track("f")
    r.remote()
    r.cloud()
    r.cloud("-a")
    r.cloud("-A")


@case("names that are not plain ASCII", CHANGED)
def _(r):
    r.file("d\u00e4ta/\u00e9 x", "1\n")
    r.file("d\u00e4ta/e\u0301 x", "2\n")
    r.file("d\u00e4ta/\U0001f600", "3\n")
    r.track("d\u00e4ta")
    r.remote()
    r.cloud()
    r.cloud(text=True)
    r.cloud("d\u00e4ta/\u00e9 x")


@case("what dvc pushed, guard sees", CLEAN)
def _(r):
    data(r)
    r.dvc("push", "-q")
    r.cloud()
    r.cloud(text=True)
