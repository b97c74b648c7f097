"""Parameters: files, keys, Python's equality, YAML's scalars."""

from cases import case
from judge import CHANGED, CLEAN, FAILS


def compared(name, before, after, expected, file="params.yaml", keys="[a]"):
    """A parameter recorded by dvc itself, then changed in its file."""

    @case(f"parameter: {name}", expected)
    def _(r):
        r.file(file, before)
        r.pipeline(f"s: {{cmd: x, params: [{{{file}: {keys}}}]}}")
        r.lock()
        r.commit()
        r.file(file, after)


def value(name, before, after, expected):
    """A change of the value of `a` in params.yaml."""
    compared(name, f"a: {before}\n", f"a: {after}\n", expected)


value("1 is 1.0", "1", "1.0", CLEAN)
value("1 is true", "1", "true", CLEAN)
value("0 is false and -0.0", "0", "-0.0", CLEAN)
value("1 is not '1'", "1", "'1'", CHANGED)
value("'1' is not 1", "'1'", "1", CHANGED)
value("1e3 is 1000", "1e3", "1000", CLEAN)
value("0.1 is 0.10000000000000001", "0.1", "0.10000000000000001", CLEAN)
value("0.1 is not 0.1000001", "0.1", "0.1000001", CHANGED)
value("2^53 + 1 is not 2^53 as a float", "9007199254740993", "9007199254740992.0", CHANGED)
value("10^22 is 1e22", "10000000000000000000000", "1e22", CLEAN)
value("10^22 + 1 is not 1e22", "10000000000000000000001", "1e22", CHANGED)
value("a long integer", "123456789012345678901234567890", "123456789012345678901234567891", CHANGED)
value("null is not false", "null", "false", CHANGED)
value("null is ~ is nothing", "null", "", CLEAN)
value("'' is not null", "''", "", CHANGED)
value("infinity is 1e400", ".inf", "1e400", CLEAN)
value("NaN is never itself", ".nan", ".nan", CHANGED)
value("NaN in a list is itself", "[.nan]", "[.nan]", CLEAN)
value("composed and decomposed accents differ", "'\u00e9'", "'e\u0301'", CHANGED)
value("a list in another order", "[1, 2]", "[2, 1]", CHANGED)
value("a map in another order", "{x: 1, y: 2}", "{y: 2, x: 1}", CLEAN)
value("nested numbers of another type", "{x: [1, {y: 2}]}", "{x: [1.0, {y: 2.0}]}", CLEAN)
value("a map with a key more", "{x: 1}", "{x: 1, y: 2}", CHANGED)
value("keys 1 and '1'", "{1: x}", "{'1': x}", CHANGED)
value("keys 1 and true", "{1: x}", "{true: x}", CLEAN)
value("a list is not a map", "[]", "{}", CHANGED)
value("yes is a string", "yes", "'yes'", CLEAN)
value("true is not 'true'", "true", "'true'", CHANGED)
value("0755 is 755", "0755", "755", CLEAN)
value("0o755 is 493", "0o755", "493", CLEAN)
value("0x1F, 0b101 and 1_000", "[0x1F, 0b101, 1_000, 1__0, 1_]", "[31, 5, 1000, 10, 1]", CLEAN)
value("0O7, 0X1F and _1 are strings", "[0O7, 0X1F, _1, 0o8]", "['0O7', '0X1F', '_1', '0o8']", CLEAN)
value(".5e3 is a string, .5e+3 is not", "[.5e3, .5e+3]", "['.5e3', 500]", CLEAN)
value("1:30 and 1.2.3 are strings", "[1:30, 1.2.3, 12:30:45]", "['1:30', '1.2.3', '12:30:45']", CLEAN)
value("1. and .5 and 1.e3 are numbers", "[1., .5, 1.e3, +5, 00, 08]", "[1, 0.5, 1000, 5, 0, 8]", CLEAN)
value("TRUE, Null and tRUE", "[TRUE, Null, tRUE, None]", "[true, null, 'tRUE', 'None']", CLEAN)
value("1e, e1 and inf are strings", "[1e, e1, inf, nan, 1e5_0]", "['1e', 'e1', 'inf', 'nan', '1e5_0']", CLEAN)
value("block scalars", "|\n  l1\n  l2", '"l1\\nl2\\n"', CLEAN)
value("folded and stripped", ">-\n  l1\n  l2", "l1 l2", CLEAN)
value("escapes", r'"\x41\u00e9\t\0"', r'"A\xe9	\u0000"', None)
value("a long string", "word " * 60, "word " * 60, CLEAN)
value("a date in quotes", "'2024-01-02'", "'2024-01-03'", CHANGED)
value("an alias", "&x [1, 2]", "[1, 2]", CLEAN)
value("a merge key", "{<<: {x: 1}, y: 2}", "{x: 1, y: 2}", CLEAN)
value("binary", "'aGk='", "!!str aGk=", CLEAN)
value("U+0085 does not survive", '"a\\x85b"', '"a\\x85b"', None)

compared("removed", "a: 1\nb: 2\n", "b: 2\n", {"s": [{"changed deps": {"params.yaml": {"a": "deleted"}}}]})
compared("nested", "a: {b: {c: 1}}\n", "a: {b: {c: 2}}\n", {"s": [{"changed deps": {"params.yaml": {"a.b.c": "modified"}}}]}, keys="[a.b.c]")
compared("nested, a sibling changed", "a: {b: 1, c: 1}\n", "a: {b: 1, c: 2}\n", CLEAN, keys="[a.b]")
compared("a leading dot", "a: {b: 1}\n", "a: {b: 2}\n", CHANGED, keys="[.a.b]")
compared("a whole file, reordered", "a: 1\nb: 2\n", "b: 2\na: 1\n", CLEAN, keys="[]")
compared("a whole file, one nested value changed", "a: {x: 1}\nb: 2\n", "a: {x: 2}\nb: 2\n", {"s": [{"changed deps": {"params.yaml": {"a": "modified"}}}]}, keys="[]")
compared("a whole file, one key gone, one new", "a: 1\nb: 2\n", "a: 1\nc: 2\n", {"s": [{"changed deps": {"params.yaml": {"b": "deleted", "c": "new"}}}]}, keys="")
compared("a whole file, emptied", "a: 1\nb: 2\n", "", CHANGED, keys="[]")
compared("the file became invalid", "a: 1\n", "a: [\n", FAILS)
compared("the file has duplicate keys", "a: 1\n", "a: 1\na: 1\n", FAILS)
compared("the file became a list", "a: 1\n", "[1]\n", FAILS)
compared("duplicates beside a merge key are silent", "a: 1\n", "<<: {c: 1}\na: 2\na: 1\n", CLEAN, "p.yaml")
compared("another file became a list", "a: 1\n", "[1]\n", None, "p.yaml")
compared("another file became a scalar", "a: 1\n", "0\n", CHANGED, "p.yaml")
compared("another file holds a date", "a: 1\nd: 2024-01-02\n", "a: 1\nd: 2024-01-03\n", CLEAN, "p.yaml")
compared("a file without a suffix is YAML", "a: 1\n", "a: 2\n", CHANGED, "p")
compared("my.p.json is YAML", '{"a": 1e3}\n', '{"a": 1000.0}\n', CLEAN, "my.p.json")
compared("CRLF", "a: 1\nb: x\n", "a: 1\r\nb: x\r\n", CLEAN)
compared("a comment and blank lines", "a: 1\n", "# text\n\na:   1   # one\n", CLEAN)
compared("a byte order mark", "a: 1\n", "\ufeffa: 1\n", CLEAN)
compared("invalid UTF-8", "a: 1\n", b"a: 1\n# \xff\n", FAILS)
compared("%YAML 1.1", "a: true\n", "%YAML 1.1\n---\na: yes\n", CLEAN, "p.yaml")

compared("JSON changed", '{"a": 1}', '{"a": 2}', CHANGED, "p.json")
compared("JSON, the last duplicate wins", '{"a": 1}', '{"a": 2, "a": 1}', CLEAN, "p.json")
compared("JSON NaN in a list", '{"a": [NaN]}', '{"a": [NaN]}', CHANGED, "p.json")
compared("JSON infinity", '{"a": 1e400}', '{"a": Infinity}', CLEAN, "p.json")
compared("JSON with a comment", '{"a": 1}', '{"a": 1} // x', FAILS, "p.json")
compared("JSON with a trailing comma", '{"a": 1}', '{"a": 1,}', FAILS, "p.json")
compared("JSON with a byte order mark", '{"a": 1}', '\ufeff{"a": 1}', FAILS, "p.json")
compared("JSON that is empty", '{"a": 1}', "", FAILS, "p.json")
compared("JSON that is []", '{"a": 1}', "[]", CHANGED, "p.json")
compared("JSON, a lone surrogate and escapes", '{"a": "\\u00e9\\n"}', '{"a": "é\\u000a"}', CLEAN, "p.json")
compared("JSON, a suffix in capitals", '{"a": 1}', '{"a": 1, "a": 1}', CLEAN, "p.JSON")
compared("JSON, long integers and floats", '{"a": 12345678901234567890123}', '{"a": 12345678901234567890124}', CHANGED, "p.json")

compared("TOML changed", "a = 1\n", "a = 2\n", CHANGED, "p.toml")
compared("TOML of another spelling", "a = [255, 1000, 0.5]\n", "a = [0xff, 1_000, 5e-1]\n", CLEAN, "p.toml")
compared("TOML tables", "[a]\nb = 1\n[a.c]\nd = 2\n", "a = {b = 1, c.d = 2}\n", CLEAN, "p.toml")
compared("TOML arrays of tables", "[[a]]\nb = 1\n[[a]]\nb = 2\n", "a = [{b = 1}, {b = 2}]\n", CLEAN, "p.toml")
compared("TOML strings", 'a = "x\\ty"\n', "a = '''x\ty'''\n", CLEAN, "p.toml")
compared("TOML with a duplicate key", "a = 1\n", "a = 1\na = 1\n", FAILS, "p.toml")
compared("TOML with a syntax error", "a = 1\n", "a = \n", FAILS, "p.toml")
compared("TOML with a date elsewhere", "a = 1\nd = 2024-01-02\n", "a = 1\nd = 2024-01-03\n", CLEAN, "p.toml")
compared("my.p.toml is YAML, and TOML there is one string", "a: 1\n", "a = 1\n[b]\n", CHANGED, "my.p.toml")

compared("Python changed", "a = 1\n", "a = 2\n", CHANGED, "p.py")
compared("Python, the last assignment wins", "a = 2\n", "a = 1\nif True:\n  a = 3\na: int = 2\n", CLEAN, "p.py")
compared("Python, two targets are skipped", "a = 1\n", "a = b = 1\n", CHANGED, "p.py")
compared("Python classes", "class a:\n  x = 1\n  y = 2\n", "class a:\n  x: int = 1\n  def __init__(self):\n    self.y = 2\n", CLEAN, "p.py")
compared("Python literals", "a = [1, -5, 'xy', True, None]\n", "a = [1, -5, 'x' 'y', True, None]\n", CLEAN, "p.py")
compared("Python, an expression is no literal", "a = 3\n", "a = 1 + 2\n", CHANGED, "p.py")
compared("Python, a dictionary with a name in it is dropped", "a = {'x': 1}\n", "b = 1\na = {'x': b}\n", CHANGED, "p.py")
compared("Python, a tuple is a list, one level deep", "a = (1, 2)\n", "a = (1, 2)\n", CLEAN, "p.py")
compared("Python, a nested tuple never is", "a = (1, (2, 3))\n", "a = (1, (2, 3))\n", CHANGED, "p.py")
compared("Python with a syntax error", "a = 1\n", "a = (\n", FAILS, "p.py")
compared("Python numbers", "a = 1000\n", "a = 1_000\n", CLEAN, "p.py")
compared("Python, a dictionary with integer keys", "a = {1: 'x', 2: 'y'}\n", "a = {1: 'x', 2: 'z'}\n", None, "p.py")
compared("Python, self at the top", "a = 1\n", "self.a = 1\n", CLEAN, "p.py")
compared("Python, an f-string", "a = 'x'\n", "a = f'x'\n", CHANGED, "p.py")

compared("a glob with one match", "a: {b1: 1, c: 2}\n", "a: {b1: 2, c: 2}\n", CHANGED, keys="['a.b*']")
compared("a glob with two matches", "a: {b1: 1}\n", "a: {b1: 1, b2: 2}\n", FAILS, keys="['a.b*']")
compared("a character class", "a1: 1\n", "a1: 2\n", CHANGED, keys="['a[12]']")
compared("a[1] does not index", "a: [5, 6]\na1: x\n", "a: [5, 7]\na1: x\n", CLEAN, keys="['a[1]']")
compared("** finds at any depth", "x: {y: {deep: 1}}\n", "x: {y: {deep: 2}}\n", CHANGED, keys="['**.deep']")
compared("an index", "l: [1, 2, 3]\n", "l: [1, 5, 3]\n", CHANGED, keys="[l.1]")
compared("an index as int() reads it", "l: [1, 2, 3]\n", "l: [1, 5, 3]\n", CHANGED, keys="[l.01]")
compared("an index from the end", "l: [1, 2, 3]\n", "l: [1, 2, 4]\n", CHANGED, keys="[l.-1]")
compared("an integer key", "m: {1: a, '2': b}\n", "m: {1: a, '2': c}\n", CHANGED, keys="[m.1, m.2]")
compared("a boolean key", "m: {true: a}\n", "m: {true: b}\n", CHANGED, keys="[m.True]")
compared("a question mark", "ab: 1\n", "ab: 2\n", CHANGED, keys="['a?']")
compared("the whole document", "a: 1\n", "a: 2\n", CHANGED, keys="['/']")


@case("a parameter that was declared but never recorded", {"s": [{"changed deps": {"params.yaml": {"b": "new"}}}]})
def _(r):
    r.file("params.yaml", "a: 1\nb: 2\n")
    r.pipeline("s: {cmd: x, params: [a]}")
    r.lock()
    r.commit()
    r.edit("dvc.yaml", "[a]", "[a, b]")


@case("a parameters file that is gone", {"s": [{"changed deps": {"p.yaml": "deleted"}}]})
def _(r):
    r.file("p.yaml", "a: 1\n")
    r.pipeline("s: {cmd: x, params: [{p.yaml: [a]}]}")
    r.lock()
    r.commit()
    r.remove("p.yaml")


@case("a parameters file that became a folder", FAILS)
def _(r):
    r.file("p.yaml", "a: 1\n")
    r.pipeline("s: {cmd: x, params: [{p.yaml: [a]}]}")
    r.lock()
    r.commit()
    r.remove("p.yaml")
    r.file("p.yaml/x", "")


@case("./params.yaml is another file than params.yaml", CHANGED)
def _(r):
    r.file("params.yaml", "a: 1\n")
    r.pipeline("s: {cmd: x, params: [a]}")
    r.lock()
    r.commit()
    r.edit("dvc.yaml", "[a]", "[{./params.yaml: [a]}]")


@case("a whole file cancels its single keys", CHANGED)
def _(r):
    r.file("params.yaml", "a: 1\nb: 1\n")
    r.pipeline("s: {cmd: x, params: [a, {params.yaml: }]}")
    r.lock()
    r.commit()
    r.edit("params.yaml", "b: 1", "b: 2")


@case("several parameter files in one item", CHANGED)
def _(r):
    r.file("p.yaml", "a: 1\n")
    r.file("q.toml", "a = 1\n")
    r.file("conf/r.json", '{"a": 1}')
    r.pipeline("s: {cmd: x, params: [{p.yaml: [a], q.toml: [a], conf/r.json: }]}")
    r.lock()
    r.commit()
    r.file("q.toml", "a = 2\n")
    r.file("conf/r.json", '{"a": 1, "b": 2}')


@case("a parameters file that is a link", CHANGED)
def _(r):
    r.file("real.yaml", "a: 1\n")
    r.link("p.yaml", "real.yaml")
    r.pipeline("s: {cmd: x, params: [{p.yaml: [a]}]}")
    r.lock()
    r.commit()
    r.file("real.yaml", "a: 2\n")


@case("a parameters file that DVC tracks and that was not pulled", CHANGED)
def _(r):
    r.file("p.yaml", "a: 1\n")
    r.track("p.yaml")
    r.pipeline("s: {cmd: x, params: [{p.yaml: [a]}]}")
    r.lock("s")
    r.commit()
    r.remove("p.yaml")


@case("hand-written locks may hold what dvc cannot write", None)
def _(r):
    r.file("p.yaml", "a: 2024-01-02\n")
    r.pipeline("s: {cmd: x, params: [{p.yaml: [a]}]}")
    r.file("dvc.lock", "schema: '2.0'\nstages:\n  s: {cmd: x, params: {p.yaml: {a: 2024-01-02}}}\n")
    r.commit()
