"""What `guard push` sends, beside what `dvc push` sends, and what `dvc pull` brings from there."""

from cases import case
from cases.cloud import md5


@case("a push to an empty remote")
def _(r):
    r.files(f="f\n")
    r.file("d/a", "1\n")
    r.file("d/s/b", "2\n")
    r.track("f")
    r.track("d")
    r.commit()
    r.remote()
    r.push()


@case("a push of what is there already")
def _(r):
    r.files(f="f\n", g="g\n")
    r.file("d/a", "1\n")
    r.file("d/b", "2\n")
    for name in ("f", "g", "d"):
        r.track(name)
    r.commit()
    r.remote()
    r.upload(md5("f\n"), md5("1\n"))
    r.push()


@case("a push without some of the data")
def _(r):
    r.files(f="f\n", g="g\n")
    r.file("d/a", "1\n")
    r.file("d/b", "2\n")
    r.file("e/c", "3\n")
    for name in ("f", "g", "d", "e"):
        r.track(name)
    r.commit()
    r.remote()
    r.evict("f\n")
    r.evict("1\n")
    r.evict_object(r.store("e"))
    r.push()


@case("a push of a folder whose missing file the remote has")
def _(r):
    r.file("d/a", "1\n")
    r.file("d/b", "2\n")
    r.track("d")
    r.commit()
    r.remote()
    r.upload(md5("1\n"))
    r.evict("1\n")
    r.push()


@case("a push with a list that only the remote has")
def _(r):
    r.file("d/a", "1\n")
    r.file("d/b", "2\n")
    r.track("d")
    r.commit()
    r.remote()
    r.upload(r.store("d"), md5("1\n"), md5("2\n"))
    r.evict_object(r.store("d"))
    r.push()


@case("a push to two remotes, and to none")
def _(r):
    r.files(f="f\n", g="g\n", p="p\n")
    r.file("d/a", "1\n")
    r.track("f")
    r.track("g", remote="other")
    r.track("d", remote="other")
    r.track("p", push=False)
    r.commit()
    r.remote()
    r.remote("other", default=False)
    r.push()


def _with_remotes_of_their_own(r):
    """Outputs that say nothing, and outputs that name each of two remotes."""
    r.files(f="f\n", g="g\n", h="h\n", o="o\n", q="q\n")
    r.file("d/a", "1\n")
    r.track("f")
    r.track("g", remote="other")
    r.track("h", remote="r")
    r.track("d", remote="other")
    r.pipeline("s: {cmd: x, outs: [o, {q: {remote: other}}]}")
    r.ignore("o")
    r.ignore("q")
    r.lock()
    r.commit()
    r.remote()
    r.remote("other", default=False)


@case("a push -r leaves out what has another remote of its own")
def _(r):
    _with_remotes_of_their_own(r)
    r.push("-r", "other")
    r.push("-r", "r")
    r.push("-r", "")


@case("a push -r without a default remote")
def _(r):
    r.files(f="f\n", g="g\n")
    r.track("f")
    r.track("g", remote="other")
    r.commit()
    r.remote(default=False)
    r.remote("other", default=False)
    r.push("-r", "r")


@case("a push of stages' outputs")
def _(r):
    r.files(o="o\n", m="m\n", p="p\n", dep="d\n", l="l\n")
    r.file("dir/x", "x\n")
    r.file("dir/y", "o\n")
    r.pipeline("s: {cmd: x, deps: [dep], outs: [o, dir, {p: {push: false}}], metrics: [{m: {cache: false}}], plots: [l]}")
    for name in ("o", "p", "dir", "l"):
        r.ignore(name)
    r.lock()
    r.commit()
    r.remote()
    r.push()


@case("a push of objects that DVC 2 wrote")
def _(r):
    for name in ("f", "g"):
        digest = md5(f"{name}\n")
        stored = r.place / "cache" / digest[:2] / digest[2:]
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.write_text(f"{name}\n")
        stored.chmod(0o444)
        r.file(f"{name}.dvc", f"outs:\n- md5: {digest}\n  path: {name}\n")
        r.ignore(name)
    r.file("h", "f\n")
    r.track("h")
    r.commit()
    r.remote()
    r.push()


@case("a push of imports")
def _(r):
    r.files(src="s\n", u="u\n", i="i\n")
    r.file("u.dvc", f"deps:\n- path: src\n  md5: {md5('s' + chr(10))}\n  hash: md5\nouts:\n- path: u\n  md5: {r.store('u')}\n  hash: md5\n")
    r.ignore("u")
    r.commit()
    r.remote()
    r.push()


@case("a push in a DVC root below", root="sub")
def _(r):
    r.file("sub/f", "f\n")
    r.file("sub/d/a", "1\n")
    r.track("sub/f")
    r.track("sub/d")
    r.commit()
    r.remote(root="sub")
    r.push(cwd="sub")


@case("a push of an empty folder, an empty file and twins")
def _(r):
    r.files(e="", a="same\n", b="same\n")
    r.file("d/x", "same\n")
    r.file("d/y", "")
    r.file("n.dvc", '{"outs": [{"md5": "%s", "hash": "md5", "path": "n"}]}' % r.put_object(b"[]", ".dir"))
    r.ignore("n")
    for name in ("e", "a", "b", "d"):
        r.track(name)
    r.commit()
    r.remote()
    r.push()
