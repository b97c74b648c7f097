"""Templates: the context, the tokens, foreach and matrix."""

import json

from cases import case
from judge import CHANGED, CLEAN, FAILS
from repository import Repository

PARAMS = """\
n: 5
f: 1.5
e: 1e3
big: 1e22
t: true
nul: null
s: a b
q: it's
l: [1, 'a b']
e_: []
d: {a: 1, b: true, c: false, s: x y, q: it's, l: [1, a b], n: {m: 2}, f: 1.5, nul: null, e: [], emp: {}}
m: {x: {y: deep}}
a b: space
é: acute
'1': one
2: two
"""


def recorded(stage: str, command: str) -> str:
    """A lock for a stage with this command (as YAML) and one dependency that holds "1"."""
    entry = "{path: dep, hash: md5, md5: c4ca4238a0b923820dcc509a6f75849b}"
    return f"schema: '2.0'\nstages:\n  {stage}:\n    cmd: {command}\n    deps: [{entry}]\n"


def resolved(title: str, token: str, text: str, params: str = PARAMS) -> None:
    """A command that must resolve to `text`: the lock holds the text itself, so the stage is clean."""

    @case(f"token {title}", CLEAN)
    def _(r: Repository) -> None:
        r.file("params.yaml", params)
        r.files(dep="1")
        r.file("dvc.yaml", f"stages:\n  s:\n    cmd: {token}\n    deps: [dep]\n")
        r.file("dvc.lock", recorded("s", json.dumps(text)))
        r.commit()


resolved("of an integer", '"run ${n}"', "run 5")
resolved("of a float", '"run ${f} ${e} ${big}"', "run 1.5 1000.0 1e+22")
resolved("of a boolean and null", '"run ${t} ${nul}"', "run true None")
resolved("of a string with a blank", '"run ${s} ${q}"', "run a b it's")
resolved("of a map", '"run ${d}"', "run --a 1 --b --s 'x y' --q 'it'\"'\"'s' --l 1 'a b' --n.m 2 --f 1.5 --nul None")
resolved("with blanks", '"run ${ n } ${m.x . y}"', "run 5 deep")
resolved("with an index", '"run ${l[0]} ${l.1} ${l.-1} ${l[-2]}"', "run 1 a b a b 1")
resolved("with brackets in a map", '"run ${m[x][y]} ${m[x].y}"', "run deep deep")
resolved("with a key with a blank, and beyond ASCII", '"run ${a b} ${é}"', "run space acute")
resolved("with a key that is a digit", '"run ${1}"', "run one")
resolved("escaped once", r"'run \${n}'", "run ${n}")
resolved("after a dollar", '"run $${n} $HOME $(ls)"', "run $5 $HOME $(ls)")
resolved("across lines is no token", '"run ${n\n\n      }"', "run ${n\n}")
resolved("twice in a row", '"${n}${n}"', "55")
resolved("alone, of a string", '"${s}"', "a b")
resolved("of an infinity", '"run ${i} ${j} ${z}"', "run inf -inf -0.0", "i: .inf\nj: -.inf\nz: -0.0\n")
resolved("of a small and a large float", '"run ${i} ${j} ${k}"', "run 1e-05 1000000000000000.0 5e-324", "i: 0.00001\nj: 1e15\nk: 5e-324\n")
resolved("of hex, octal and underscored integers", '"run ${i} ${j} ${k}"', "run 31 493 1000", "i: 0x1F\nj: 0o755\nk: 1_000\n")
resolved("of a string that looks like a boolean", '"run ${i} ${j}"', "run yes on", "i: yes\nj: on\n")
resolved("of a multi-line string", '"run ${i}"', "run a\nb", "i: \"a\\nb\"\n")
resolved("of a long integer", '"run ${i}"', "run 123456789012345678901234567890", "i: 123456789012345678901234567890\n")

for title, token in {
    "that is not defined": "${nope}",
    "with quotes in brackets": "${m['x']}",
    "that is empty": "${}",
    "within a token": "${m.${s}}",
    "of an index out of range": "${l.7}",
    "of a list": "${l}",
    "of a map in the middle of a dependency": None,
    "into a string": "${s.x}",
    "of an integer key": "${2}",
    "with two words of nothing": "${n n}",
}.items():

    @case(f"a token {title} is refused", FAILS)
    def _(r, token=token):
        r.file("params.yaml", PARAMS)
        stage = f'{{cmd: "run {token}", deps: [dvc.lock]}}' if token else "{cmd: x, deps: ['a-${d}']}"
        r.pipeline(f"s: {stage}")
        r.commit()


@case("a command that is a token of an integer is compared as an integer", None)
def _(r):
    r.file("params.yaml", PARAMS)
    r.files(dep="1")
    r.pipeline('s: {cmd: "${n}", deps: [dep]}')
    r.file("dvc.lock", recorded("s", "'5'"))
    r.commit()


@case("a command that is the token of a map stays a map", CHANGED)
def _(r):
    r.file("params.yaml", PARAMS)
    r.files(dep="1")
    r.pipeline('s: {cmd: "${m}", deps: [dep]}')
    r.file("dvc.lock", recorded("s", "--x.y deep"))
    r.commit()


@case("tokens in dependencies, outputs, parameter names, wdir and desc", CLEAN)
def _(r):
    r.file("params.yaml", "name: x\nkey: lr\nlr: 1\nfile: p.yaml\n")
    r.file("sub/params.yaml", "lr: 1\n")
    r.file("sub/p.yaml", "a: 1\n")
    r.files(**{"sub/in-x": "1", "sub/out-x": "2"})
    r.pipeline(
        """
        s:
          cmd: run ${name}
          wdir: ${w}
          desc: about ${name}
          deps: ["in-${name}"]
          params: ["${key}", {"${file}": [a]}]
          outs: [{"out-${name}": {cache: false}}]
        """
    )
    r.append("dvc.yaml", "vars: [{w: sub}]\n")
    r.lock()
    r.commit()


@case("desc is templated too", FAILS)
def _(r):
    r.pipeline('s: {cmd: x, desc: "${nope}"}')
    r.commit()


@case("a template value changed", CHANGED)
def _(r):
    r.file("params.yaml", "n: 1\n")
    r.files(dep="1")
    r.pipeline('s: {cmd: "run ${n}", deps: [dep]}')
    r.lock()
    r.commit()
    r.file("params.yaml", "n: 2\n")


for title, params, expected in (
    ("a date", "d: 2024-01-01\n", FAILS),
    ("a list", "[1]\n", FAILS),
    ("a duplicate key", "a: 1\na: 2\n", FAILS),
    ("a syntax error", "a: [\n", FAILS),
    ("nothing", "", CLEAN),
    ("null", "~\n", CLEAN),
    ("a quoted date", "d: '2024-01-01'\n", CLEAN),
    ("integer keys", "1: a\n2: b\n", CLEAN),
    ("a set", "a: !!set {x}\n", FAILS),
    ("two documents", "a: 1\n---\nb: 1\n", FAILS),
):

    @case(f"params.yaml beside a dvc.yaml without tokens holds {title}", expected)
    def _(r, params=params):
        r.file("params.yaml", params)
        r.files(dep="1")
        r.pipeline("s: {cmd: x, deps: [dep]}")
        r.file("dvc.lock", recorded("s", "x"))
        r.commit()


for title, vars_, files, expected in (
    ("an inline map", "[{a: 1}]", {}, CLEAN),
    ("a file", "[v.yaml]", {"v.yaml": "a: 1\n"}, CLEAN),
    ("a file of JSON", "[v.json]", {"v.json": '{"a": 1}'}, CLEAN),
    ("a file of TOML", "[v.toml]", {"v.toml": "a = 1\n"}, CLEAN),
    ("a file of Python", "[v.py]", {"v.py": "a = 1\n"}, CLEAN),
    ("some keys of a file", "['v.yaml:a,b']", {"v.yaml": "a: 1\nb: 2\nc: 3\n"}, CLEAN),
    ("a file that is missing", "[v.yaml]", {}, FAILS),
    ("a key that is missing", "['v.yaml:b']", {"v.yaml": "a: 1\n"}, FAILS),
    ("the same file twice", "[v.yaml, v.yaml]", {"v.yaml": "a: 1\n"}, CLEAN),
    ("a file, then a part of it", "[v.yaml, 'v.yaml:a']", {"v.yaml": "a: 1\n"}, FAILS),
    ("overlapping parts of a file", "['v.yaml:a', 'v.yaml:a']", {"v.yaml": "a: 1\n"}, FAILS),
    ("two values for a key", "[{a: 1}, {a: 2}]", {}, FAILS),
    ("maps that merge", "[{m: {x: 1}}, {m: {y: 1}}, {a: 1}]", {}, CLEAN),
    ("a map and a value", "[{a: {x: 1}}, {a: 1}]", {}, FAILS),
    ("a token", "[{b: 1}, {a: '${b}'}]", {}, FAILS),
    ("a value that params.yaml has", "[{a: 2}]", {"params.yaml": "a: 1\n"}, FAILS),
):

    @case(f"vars: {title}", expected)
    def _(r, vars_=vars_, files=files):
        for name, text in files.items():
            r.file(name, text)
        r.file("dvc.yaml", f"vars: {vars_}\nstages:\n  s: {{cmd: 'x ${{a}}', deps: [dep]}}\n")
        r.files(dep="1")
        r.file("dvc.lock", recorded("s", "x 1"))
        r.commit()


@case("vars of a stage are read in its wdir", CLEAN)
def _(r):
    r.file("sub/v.yaml", "a: 1\n")
    r.file("sub/dep", "1")
    r.pipeline("s: {cmd: 'x ${a} ${b}', wdir: sub, vars: [v.yaml, {b: 2}], deps: [dep]}")
    r.lock()
    r.commit()


@case("template values come from beside dvc.yaml, parameters from wdir", CHANGED)
def _(r):
    r.file("sub/params.yaml", "lr: 1\n")
    r.file("sub/inner/params.yaml", "lr: 2\n")
    r.file("sub/dvc.yaml", "stages:\n  s: {cmd: 'x ${lr}', wdir: inner, params: [lr]}\n")
    r.lock("sub/dvc.yaml")
    r.commit()
    r.file("sub/inner/params.yaml", "lr: 3\n")


def generated(title: str, text: str, expected: object = CHANGED, params: str = "") -> None:
    """Stages that a template makes, never recorded: the document shows their names."""

    @case(f"generated stages: {title}", expected)
    def _(r: Repository) -> None:
        if params:
            r.file("params.yaml", params)
        r.file("dvc.yaml", "stages:\n" + text)
        r.commit()


X = "do: {cmd: 'x ${item}'}"
generated("foreach over a list", f"  t: {{foreach: [a, 1, 1.5, true, null, 'x y', yes], {X}}}\n")
generated("foreach over a list with duplicates", f"  t: {{foreach: [a, b, a], {X}}}\n")
generated("foreach over a list with a map", "  t: {foreach: [{a: 1}, b], do: {cmd: x}}\n")
generated("foreach over a map", "  t: {foreach: {a: 1, on: 2, true: 3, 1.5: 4, null: 5}, do: {cmd: 'x ${key} ${item}'}}\n")
generated("foreach over nothing", f"  t: {{foreach: [], {X}}}\n", CLEAN)
generated("foreach over a token", f"  t: {{foreach: '${{l}}', {X}}}\n", params="l: [p, q]\n")
generated("foreach over tokens", f"  t: {{foreach: ['${{a}}', '${{b}}'], {X}}}\n", params="a: 1\nb: 2\n")
generated("foreach over tokens, one of them a map", "  t: {foreach: ['${a}', '${d}'], do: {cmd: x}}\n", params="a: 1\nd: {x: 1}\n")
generated("foreach over a string", f"  t: {{foreach: abc, {X}}}\n", FAILS)
generated("foreach over an item with @", f"  t: {{foreach: [a@b], {X}}}\n", FAILS)
generated("foreach with the key of a list", "  t: {foreach: [a], do: {cmd: 'x ${key}'}}\n", FAILS)
generated("foreach with a field of the item", "  t: {foreach: {a: {v: 1}, b: {v: 2}}, do: {cmd: 'x ${item.v}', deps: ['d-${key}']}}\n")
generated("foreach without do", "  t: {foreach: [a]}\n", FAILS)
generated("item in the outer context is overridden", f"  t: {{foreach: [a], {X}}}\n", params="item: 1\n")
generated("matrix of two axes", "  t: {matrix: {a: [1, 2], b: [x, y]}, cmd: 'x ${item.a} ${item.b} ${key}'}\n")
generated("matrix with maps and lists", "  t: {matrix: {f: [{n: 1}, {n: 2}], l: [[1], 2]}, cmd: 'x ${item.f.n}'}\n")
generated("matrix of a token of a string", "  t: {matrix: {m: '${s}'}, cmd: 'x ${item.m}'}\n", FAILS, params="s: abca\n")
generated("matrix of a plain string", "  t: {matrix: {m: abc}, cmd: 'x ${item.m}'}\n")
generated("matrix of a token", "  t: {matrix: {m: '${l}', n: [1]}, cmd: 'x ${item.m}'}\n", params="l: [p, q]\n")
generated("matrix over a map", "  t: {matrix: {m: '${d}'}, cmd: 'x ${item.m}'}\n", params="d: {p: 1, q: 2}\n")
generated("matrix of an empty axis", "  t: {matrix: {m: []}, cmd: x}\n", CLEAN)
generated("matrix with special values", "  t: {matrix: {m: [true, null, 1.0, 1e3]}, cmd: 'x ${item.m}'}\n")
generated("matrix with duplicates", "  t: {matrix: {m: [a, a]}, cmd: 'x ${item.m}'}\n")
generated("stage names are not templated", "  'a${n}': {cmd: x}\n", params="n: 1\n")


@case("a token of a map beside [parsing] bool = boolean_optional, list = append", None)
def _(r):
    r.file(".dvc/config", "[parsing]\n    bool = boolean_optional\n    list = append\n")
    r.file("params.yaml", "d: {b: true, c: false, l: [1, a b]}\n")
    r.files(dep="1")
    r.pipeline("s: {cmd: 'x ${d}', deps: [dep]}")
    r.lock()
    r.commit()
    r.edit("dvc.lock", "--no-c", "--c")


@case("one item of foreach changed", {"t@b": [{"changed deps": {"d-b": "modified"}}]})
def _(r):
    r.files(**{"d-a": "1", "d-b": "2"})
    r.pipeline("t: {foreach: [a, b], do: {cmd: 'x ${item}', deps: ['d-${item}']}}")
    r.lock()
    r.commit()
    r.files(**{"d-b": "3"})


@case("an item added to foreach", CHANGED)
def _(r):
    r.files(**{"d-a": "1", "d-b": "2"})
    r.pipeline("t: {foreach: [a], do: {cmd: 'x ${item}', deps: ['d-${item}']}}")
    r.lock()
    r.commit()
    r.edit("dvc.yaml", "[a]", "[a, b]")
