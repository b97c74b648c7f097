"""dvc.lock: its schema, and how entries find what they belong to."""

from cases import case
from judge import CHANGED, CLEAN, FAILS
from cases.stages import train


def edited(title, old, new, expected):
    """A case that replaces text in dvc.lock after everything was recorded."""

    @case(f"dvc.lock: {title}", expected)
    def _(r):
        train(r)
        r.edit("dvc.lock", old, new)


edited("a wrong digest of a dependency", "path: data\n      hash: md5\n      md5: ", "path: data\n      hash: md5\n      md5: 0", CHANGED)
edited("an upper-case digest never matches", "md5: ", "md5: ABCDEF", CHANGED)
edited("a wrong size", "size: 4", "size: 5", CLEAN)
edited("no size", "      size: 4\n", "", CLEAN)
edited("an unknown key of an entry", "size: 4", "colour: red", FAILS)
edited("a size that is a string", "size: 4", "size: four", FAILS)
edited("an unknown key of a stage", "    cmd: python", "    foo: 1\n    cmd: python", FAILS)
edited("schema as a float", "'2.0'", "2.0", FAILS)
edited("schema 1.0", "'2.0'", "'1.0'", FAILS)
edited("no schema", "schema: '2.0'\n", "", FAILS)
edited("datasets take anything", "stages:", "datasets:", CHANGED)
edited("an unknown top-level key", "schema:", "foo: 1\nschema:", FAILS)
edited("no command", "    cmd: python train.py\n", "", FAILS)
edited("another command", "python train.py", "python old.py", {"train": ["changed command"]})
edited("a command as a list", "cmd: python train.py", "cmd: [python train.py]", {"train": ["changed command"]})
edited("a parameter with another value", "lr: 0.1", "lr: 0.3", {"train": [{"changed deps": {"params.yaml": {"lr": "modified"}}}]})
edited("a parameter that is missing", "lr: 0.1", "other: 1", {"train": [{"changed deps": {"params.yaml": {"lr": "new"}}}]})
edited("a parameter of another file", "params.yaml:", "p.yaml:", {"train": [{"changed deps": {"params.yaml": "new"}}]})
edited("a path spelled otherwise", "path: data", "path: ./data", CHANGED)
edited("a leftover stage", "stages:\n", "stages:\n  gone: {cmd: x, deps: [{path: q, hash: md5, md5: abc}]}\n", CLEAN)
edited("a leftover dependency", "    deps:\n", "    deps:\n    - {path: gone, hash: md5, md5: abc}\n", CLEAN)
edited("a duplicate path, the last one wins", "    deps:\n", "    deps:\n    - {path: data, hash: md5, md5: abc}\n", CLEAN)
edited("a digest that is too short", "hash: md5\n      md5: ", "hash: md5\n      md5: ab # ", FAILS)
edited("a digest that is an integer", "hash: md5\n      md5: ", "hash: md5\n      md5: 1234567 # ", FAILS)
edited("a digest that is null", "hash: md5\n      md5: ", "hash: md5\n      md5: # ", CHANGED)
edited("another hash", "hash: md5", "hash: sha256", CHANGED)
edited("a hash without a name", "hash: md5", "hash: ''", FAILS)
edited("a hash that DVC does not know", "hash: md5", "hash: MD5", FAILS)
edited("isexec, nfiles", "size: 4", "isexec: true\n      nfiles: 3", CLEAN)
edited("isexec as a number", "size: 4", "isexec: 1", FAILS)
edited("a duplicate key", "    cmd: python train.py", "    cmd: python train.py\n    cmd: x", FAILS)
edited("conflict markers", "stages:", "<<<<<<< HEAD\nstages:", FAILS)
edited("params of a file that is null", "      lr: 0.1\n", "", FAILS)
edited("no hash key: legacy digests, legacy cache", "      hash: md5\n", "", CHANGED)
edited("a comment and other quotes", "schema: '2.0'", "# text\nschema: \"2.0\"", CLEAN)
edited("CRLF", "\n", "\r\n", CLEAN)

for title, text, expected in (
    ("that is empty", "", FAILS),
    ("that is a list", "[]\n", FAILS),
    ("with stages: null", "schema: '2.0'\nstages:\n", FAILS),
    ("without stages", "schema: '2.0'\n", CHANGED),
    ("of version 1", "train: {cmd: python train.py, deps: [{path: data, md5: abc}]}\n", FAILS),
    ("with invalid UTF-8", b"schema: '2.0'\n# \xff\n", FAILS),
):

    @case(f"a dvc.lock {title}", expected)
    def _(r, text=text):
        train(r)
        r.file("dvc.lock", text)


@case("aliases, as dvc writes them for overlapping parameters", CHANGED)
def _(r):
    r.file("params.yaml", "nested: {a: [1, 2], b: [3]}\n")
    r.pipeline("s: {cmd: x, params: [nested, nested.a, nested.b]}")
    r.lock()
    r.commit()
    r.edit("params.yaml", "[3]", "[4]")


@case("a git-ignored dvc.lock is an error", FAILS)
def _(r):
    train(r)
    r.append(".gitignore", "dvc.lock\n")
    r.only("worktree")  # what Git ignores but tracks is judged otherwise in a clone; see ignores.py


@case("a dvc.lock that .dvcignore names counts as absent", CHANGED)
def _(r):
    train(r)
    r.file(".dvcignore", "dvc.lock\n")


@case("dvc.lock is a folder", None)
def _(r):
    train(r)
    r.remove("dvc.lock")
    r.file("dvc.lock/x", "1")


@case("a lock beside no dvc.yaml", CLEAN)
def _(r):
    train(r)
    r.remove("dvc.yaml")


@case("a broken lock beside a dvc.yaml without stages", None)
def _(r):
    r.file("dvc.yaml", "metrics: [a.json]\n")
    r.file("dvc.lock", "nonsense\n")
    r.commit()


@case("a large pipeline, half of it recorded", CHANGED)
def _(r):
    r.files(data="1")
    stages = "\n".join(f"s{n}: {{cmd: run {n}, deps: [data], outs: [{{o{n}: {{cache: false}}}}]}}" for n in range(40))
    for n in range(40):
        r.file(f"o{n}", str(n))
    r.pipeline(stages)
    r.lock(*[f"s{n}" for n in range(20)])
    r.commit()


@case("dvc.lock: the digest of a directory that is an integer, of a dependency", {"s": [{"changed deps": {"d": "modified"}}]})
def _(r):
    r.file("d/a", "A\n")
    r.pipeline("s: {cmd: x, deps: [d]}")
    r.lock()
    r.edit("dvc.lock", "md5: ", "md5: 1234567 # ")
    r.commit()


@case("dvc.lock: the digest of a directory that is an integer, of an output", FAILS)
def _(r):
    r.file("o/a", "A\n")
    r.pipeline("s: {cmd: x, outs: [o]}")
    r.lock()
    r.ignore("o")
    r.edit("dvc.lock", "md5: ", "md5: 1234567 # ")
    r.commit()
