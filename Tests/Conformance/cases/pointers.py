"""Pointer files: what `dvc add` and the imports write."""

from cases import case
from judge import CHANGED, CLEAN, FAILS

SOURCE = "repo: {url: ../elsewhere, rev_lock: 0123456789abcdef0123456789abcdef01234567}"


def tracked(r):
    """One file that DVC tracks, committed."""
    r.files(data="raw\n")
    r.track("data")
    r.commit()


@case("tracked data that is as it was", CLEAN)
def _(r):
    tracked(r)


@case("tracked data changed", {"data.dvc": [{"changed outs": {"data": "modified"}}]})
def _(r):
    tracked(r)
    r.files(data="other\n")


@case("tracked data is gone", {"data.dvc": [{"changed outs": {"data": "deleted"}}]})
def _(r):
    tracked(r)
    r.remove("data")


@case("tracked data became a folder", CHANGED)
def _(r):
    tracked(r)
    r.remove("data")
    r.file("data/x", "1")


@case("a tracked folder gained a file", CHANGED)
def _(r):
    r.file("sub/d/a", "1")
    r.track("sub/d")
    r.commit()
    r.file("sub/d/b", "2")


@case("the pointer was changed by a pull, the data was not", CHANGED)
def _(r):
    tracked(r)
    digest = r.put_object(b"pulled\n")
    r.file("data.dvc", f"outs: [{{path: data, hash: md5, md5: {digest}}}]\n")


@case("a pointer that was renamed still names its data", CLEAN)
def _(r):
    tracked(r)
    r.rename("data.dvc", "renamed.dvc")


for title, text, expected in (
    ("that is empty", "", CLEAN),
    ("that is {}", "{}\n", CLEAN),
    ("that is a list", "[a]\n", FAILS),
    ("that is an empty list", "[]\n", CLEAN),
    ("with outs: null", "outs:\n", CLEAN),
    ("with deps: null", "deps:\n", None),
    ("with a command", "cmd: x\nouts: [{path: data}]\n", FAILS),
    ("with an unknown key", "foo: 1\n", FAILS),
    ("with a metric flag", "outs: [{path: data, metric: true}]\n", FAILS),
    ("without a path", "outs: [{hash: md5}]\n", FAILS),
    ("with a stray md5", "md5: abcdef\nouts: [{path: data, hash: md5, md5: f9906f8a0ee74841c0a2aff1d3b4b5a9}]\n", CHANGED),
    ("with desc and meta", "desc: d\nmeta: {k: [1]}\nouts: [{path: data, desc: d, labels: [l], type: t, meta: 1}]\n", CHANGED),
    ("with wdir", "wdir: sub\nouts: [{path: data}]\n", CHANGED),
    ("that is frozen", "frozen: true\nouts: [{path: data}]\n", CHANGED),
    ("that is locked, as it was called", "locked: true\nouts: [{path: data}]\n", None),
    ("that is always changed", "always_changed: true\nouts: [{path: data}]\n", CHANGED),
    ("without a digest", "outs: [{path: none}]\n", CHANGED),
    ("with cache: false", "outs: [{path: data, hash: md5, md5: abcdef, cache: false}]\n", CHANGED),
    ("with an upper-case digest", "outs: [{path: data, hash: md5, md5: ABCDEF0123}]\n", CHANGED),
    ("with conflict markers", "<<<<<<< a\nouts: []\n=======\n>>>>>>> b\n", FAILS),
    ("that is no YAML", "\x00", FAILS),
    ("whose data lies outside", "outs: [{path: ../../x, hash: md5, md5: abc}]\n", None),
    ("with several outputs", "outs: [{path: data}, {path: params.yaml}]\n", CHANGED),
    ("with a dependency and no md5", "outs: [{path: data}]\ndeps: [{path: params.yaml, hash: md5, md5: abc}]\n", CHANGED),
    ("with a duplicate key", "outs: []\nouts: []\n", FAILS),
):

    @case(f"a pointer {title}", expected)
    def _(r, text=text):
        r.files(data="raw\n")
        r.file("params.yaml", "a: 1\n")
        r.file("sub/data", "1")
        r.file("f.dvc", text)
        r.commit()


@case("an import that is up to date", None)
def _(r):
    r.files(data="raw\n")
    r.store("data")
    r.ignore("data")
    r.file("data.dvc", f"frozen: true\ndeps: [{{path: data, {SOURCE}}}]\nouts: [{{path: data, hash: md5, md5: f9906f8a0ee74841c0a2aff1d3b4b5a9}}]\n")
    r.commit()


@case("an import whose data changed", CHANGED)
def _(r):
    r.files(data="other\n")
    r.put_object(b"raw\n")
    r.ignore("data")
    r.file("data.dvc", f"frozen: true\ndeps: [{{path: data, {SOURCE}}}]\nouts: [{{path: data, hash: md5, md5: f9906f8a0ee74841c0a2aff1d3b4b5a9}}]\n")
    r.commit()
    r.only("worktree")  # `dvc checkout` would fetch what it lacks


@case("an import that was never downloaded", CHANGED)
def _(r):
    r.file("data.dvc", "deps: [{path: 'http://127.0.0.1:1/data', checksum: abc, hash: md5}]\nouts: [{path: data, hash: md5}]\nfrozen: true\nmd5: abcdef\n")
    r.commit()
    r.only("worktree")


@case("a folder that ends in .dvc is no pointer", CLEAN)
def _(r):
    r.file("data.dvc/x", "1")
    r.commit()


@case("a file called .dvc in a subfolder hides the folder", CLEAN)
def _(r):
    r.file("sub/.dvc", "outs: [{path: x}]\n")
    r.file("sub/dvc.yaml", "stages: {a: {cmd: x}}\n")
    r.commit()


@case("a pointer in a subfolder, with a blank and beyond ASCII", CHANGED)
def _(r):
    r.file("s p/d\u00e9 x.csv", "1\n")
    r.track("s p/d\u00e9 x.csv")
    r.commit()
    r.file("s p/d\u00e9 x.csv", "2\n")


@case("a cloud-versioned folder: its manifest is built from the list of files", CLEAN)
def _(r):
    r.file("d/a", "1")
    r.file("d/s/b", "2")
    r.store("d")
    r.ignore("d")
    r.file(
        "d.dvc",
        "outs:\n- path: d\n  hash: md5\n  files:\n"
        "  - {relpath: s/b, md5: c81e728d9d4c2f636f067f89cc14862c, size: 1}\n"
        "  - {relpath: a, md5: c4ca4238a0b923820dcc509a6f75849b, size: 1}\n",
    )
    r.commit()


@case("a folder whose files are listed one by one, and whose list the cache lacks", {"d.dvc": [{"changed outs": {"d": "not in cache"}}]})
def _(r):
    r.file("d/a", "1")
    r.put_object(b"1")
    r.ignore("d")
    r.file("d.dvc", "outs:\n- path: d\n  hash: md5\n  files:\n  - {relpath: a, md5: c4ca4238a0b923820dcc509a6f75849b, size: 1}\n")
    r.commit()


@case("a dataset that is not there, in a pointer", FAILS)
def _(r):
    tracked(r)
    r.edit("data.dvc", '{"outs"', '{"deps": [{"path": "ds://d"}], "outs"')


@case("a frozen import of a dataset, which DVC writes into no pointer", FAILS)
def _(r):
    tracked(r)
    r.edit("data.dvc", '{"outs"', '{"frozen": true, "deps": [{"path": "ds://d"}], "outs"')
