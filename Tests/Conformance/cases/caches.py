"""The cache: what is in it, what is not, and the layout that DVC 2 left."""

import hashlib
import os
import re

from cases import case
from judge import CHANGED, CLEAN, FAILS

NOT_IN_CACHE = {"s": [{"changed outs": {"o": "not in cache"}}]}


def output(r, folder=False):
    """A stage with one cached output o."""
    if folder:
        r.file("o/a", "1\n")
        r.file("o/s/b", "2\n")
    else:
        r.files(o="1\n")
    r.files(dep="d")
    r.pipeline("s: {cmd: x, deps: [dep], outs: [o]}")
    r.ignore("o")
    r.lock()
    r.commit()


@case("an output whose object is gone", NOT_IN_CACHE)
def _(r):
    output(r)
    r.evict("1\n")


@case("not in cache hides that the output changed", NOT_IN_CACHE)
def _(r):
    output(r)
    r.evict("1\n")
    r.files(o="other")


@case("not in cache hides that the output is gone", NOT_IN_CACHE)
def _(r):
    output(r)
    r.evict("1\n")
    r.remove("o")


@case("one missing object makes its whole folder not in cache", NOT_IN_CACHE)
def _(r):
    output(r, folder=True)
    r.evict("2\n")


@case("a folder whose manifest is gone", NOT_IN_CACHE)
def _(r):
    output(r, folder=True)
    r.evict_object(r.store("o"))


@case("a folder whose manifest is damaged", NOT_IN_CACHE)
def _(r):
    output(r, folder=True)
    manifest = r.cached(r.store("o"))
    manifest.chmod(0o644)
    manifest.write_text("{")
    r.only("worktree")  # a damaged cache is not "the whole cache at hand"


@case("a damaged object is trusted while it is read-only", CLEAN)
def _(r):
    output(r)
    damaged = r.cached(hashlib.md5(b"1\n").hexdigest())
    damaged.chmod(0o644)
    damaged.write_text("damaged")
    damaged.chmod(0o444)
    r.only("worktree")


@case("a damaged object that may be written counts as missing", NOT_IN_CACHE)
def _(r):
    output(r)
    damaged = r.cached(hashlib.md5(b"1\n").hexdigest())
    damaged.chmod(0o644)
    damaged.write_text("damaged")
    r.only("worktree")


@case("a sound object that may be written", CLEAN)
def _(r):
    output(r)
    r.cached(hashlib.md5(b"1\n").hexdigest()).chmod(0o644)


@case("cache: false to true without an object", NOT_IN_CACHE)
def _(r):
    r.files(o="1\n", dep="d")
    r.pipeline("s: {cmd: x, deps: [dep], outs: [{o: {cache: false}}]}")
    r.lock()
    r.commit()
    r.edit("dvc.yaml", "[{o: {cache: false}}]", "[o]")
    r.evict("1\n")
    r.only("worktree")


@case("a fresh clone without any cache", CHANGED)
def _(r):
    output(r, folder=True)
    os.rename(r.place / "cache", r.place / "evicted")
    r.remove("o")


@case("a cache in the default place", CLEAN)
def _(r):
    r.remove(".dvc/config.local")
    r.files(o="1\n", dep="d")
    r.pipeline("s: {cmd: x, deps: [dep], outs: [o]}")
    r.ignore("o")
    r.lock()
    r.commit()
    r.only("worktree")  # a clone has its own, empty one


@case("cache.dir in the committed configuration, in quotes", CLEAN)
def _(r):
    r.remove(".dvc/config.local")
    r.file(".dvc/config", "[cache]\n    dir = '../../cache'\n")
    output(r)


@case("config.local wins over config", CLEAN)
def _(r):
    r.file(".dvc/config", "[cache]\n    dir = /nowhere\n")
    output(r)


@case("an output that is a link into the cache", CLEAN)
def _(r):
    output(r)
    r.remove("o")
    r.link("o", "../cache/files/md5/" + re.sub("^(..)", r"\1/", hashlib.md5(b"1\n").hexdigest()))


for title, text, expected in (
    ("an unknown section", "[nope]\n    a = 1\n", FAILS),
    ("an unknown key", "[core]\n    nope = 1\n", FAILS),
    ("a boolean that is yes", "[core]\n    autostage = yes\n", FAILS),
    ("a boolean in capitals", "[core]\n    autostage = TRUE\n", CHANGED),
    ("a colon for an equals sign", "[core]\n    remote: a\n", FAILS),
    ("a duplicate key", "[core]\n    remote = a\n    remote = b\n", FAILS),
    ("a remote without a url", "['remote \"a\"']\n    jobs = 4\n", FAILS),
    ("a remote", "['remote \"a\"']\n    url = s3://bucket/path\n[core]\n    remote = a\n", CHANGED),
    ("a remote of an unknown scheme", "['remote \"a\"']\n    url = foo://x\n", FAILS),
    ("a key that is not of this scheme", "['remote \"a\"']\n    url = s3://b/p\n    keyfile = x\n", FAILS),
    ("an interpolation that fails", "['remote \"a\"']\n    url = /tmp/%(nope)s\n", FAILS),
    ("a comma", "['remote \"a\"']\n    url = /a,b\n", FAILS),
    ("a comment", "# text\n[core]\n    remote = a # b\n", CHANGED),
    ("an unterminated quote", "[core]\n    remote = 'a\n", FAILS),
    ("no_scm", "[core]\n    no_scm = true\n", CHANGED),
):

    @case(f"configuration with {title}", expected)
    def _(r, text=text):
        r.pipeline("a: {cmd: x}")
        r.file(".dvc/config", text)
        r.commit()


@case("no configuration file at all", CHANGED)
def _(r):
    r.remove(".dvc/config")
    r.pipeline("a: {cmd: x}")
    r.commit()


def legacy(r, path, content, digest_of):
    """An output recorded by DVC 2: no `hash`, the old place in the cache."""
    digest = hashlib.md5(digest_of).hexdigest()
    r.file(path, content)
    stored = r.place / "cache" / digest[:2] / digest[2:]
    stored.parent.mkdir(parents=True, exist_ok=True)
    stored.write_bytes(content)
    stored.chmod(0o444)
    r.file(f"{path}.dvc", f"outs:\n- md5: {digest}\n  size: 1\n  path: {path}\n")
    r.ignore(path)
    r.commit()


for title, content, digest_of in (
    ("text with CRLF", b"a\r\nb\r\n", b"a\nb\n"),
    ("text with LF", b"a\nb\n", b"a\nb\n"),
    ("a zero byte", b"a\r\n\0", b"a\r\n\0"),
    ("a zero byte after the first 512", b"a\r\n" * 200 + b"\0", b"a\n" * 200 + b"\0"),
    ("thirty per cent of other bytes", b"\xff" * 30 + b"a" * 68 + b"\r\n", b"\xff" * 30 + b"a" * 68 + b"\n"),
    ("more than thirty per cent", b"\xff" * 31 + b"a" * 67 + b"\r\n", b"\xff" * 31 + b"a" * 67 + b"\r\n"),
    ("a lone CR", b"a\rb\r\n", b"a\rb\n"),
    ("CRLF across a mebibyte", b"a" * (2**20 - 1) + b"\r\n", b"a" * (2**20 - 1) + b"\r\n"),
    ("a second mebibyte that is binary", b"a\n" * 2**19 + b"\0\r\n", b"a\n" * 2**19 + b"\0\r\n"),
    ("nothing", b"", b""),
):

    @case(f"legacy digest of {title}", CLEAN)
    def _(r, content=content, digest_of=digest_of):
        legacy(r, "o", content, digest_of)


@case("legacy data changed", CHANGED)
def _(r):
    legacy(r, "o", b"a\r\n", b"a\n")
    r.file("o", b"b\r\n")


@case("legacy data changed its line ends only", CLEAN)
def _(r):
    legacy(r, "o", b"a\r\n", b"a\n")
    r.file("o", b"a\n")


@case("legacy dependencies of a stage", {"s": [{"changed deps": {"b": "modified"}}]})
def _(r):
    r.file("a", b"1\r\n")
    r.file("b", b"2\n")
    r.file("d/x", b"3\r\n")
    r.pipeline("s: {cmd: x, deps: [a, b, d]}")
    manifest = b'[{"md5": "6d7fce9fee471194aa8b5b6e47267f03", "relpath": "x"}]'
    r.file(
        "dvc.lock",
        "schema: '2.0'\nstages:\n  s:\n    cmd: x\n    deps:\n    - {path: a, md5: b026324c6904b2a9cb4b88d6d61c81d1}\n"
        "    - {path: b, md5: b026324c6904b2a9cb4b88d6d61c81d1}\n"
        f"    - {{path: d, md5: {hashlib.md5(manifest).hexdigest()}.dir}}\n",
    )
    r.commit()
