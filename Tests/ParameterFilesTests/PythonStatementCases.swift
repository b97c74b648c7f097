/// Statements of Python files with what DVC 3.67 reads of them on Python 3.11.
let pythonStatements: [(source: String, value: String)] = [
  (
    """
    a = 1
    a = 2
    b = 3

    """,
    "{'a': 2, 'b': 3}"
  ),
  (
    """
    a: int = 1
    b: str
    self.c: float = 2.0
    (d): int = 4
    """,
    "{'a': 1, 'c': 2.0, 'd': 4}"
  ),
  (
    """
    a = b = 1
    c, d = 1, 2
    e += 1
    f[0] = 1
    g.h = 1
    self.x.y = 1
    *i, = 1,
    """,
    "{}"
  ),
  (
    """
    self.x = 1
    cls.y = 2
    """,
    "{'x': 1}"
  ),
  (
    """
    class C:
      x = 1
      class D:
        y = (1, 2)
      def __init__(self):
        self.z = [1]
        w = 2
        class E: v = 3
      def other(self):
        self.no = 1

    """,
    "{'C': {'x': 1, 'D': {'y': (1, 2)}, 'z': [1], 'E': {'v': 3}}}"
  ),
  (
    """
    def __init__(self):
      self.a = 1
      b = 2

    """,
    "{'a': 1}"
  ),
  (
    """
    class A: pass
    class B(A, metaclass=M): x = 1; y = 2
    """,
    "{'A': {}, 'B': {'x': 1, 'y': 2}}"
  ),
  (
    """
    class A:
      x = 1
    class A:
      y = 2
    """,
    "{'A': {'y': 2}}"
  ),
  (
    """
    if x: a = 1
    for i in y:
      b = 1
    with z: c = 1
    try:
      d = 1
    finally:
      e = 1
    while 0: f = 1

    """,
    "{}"
  ),
  (
    """
    async def __init__(self): self.a = 1
    @deco
    class C: x = 1
    @deco
    def __init__(self): self.b = 2
    """,
    "{'C': {'x': 1}, 'b': 2}"
  ),
  ("a = 1; b = 2; c = 3;", "{'a': 1, 'b': 2, 'c': 3}"),
  ("x = 1 if y else 2; z = 3", "{'z': 3}"),
  ("a = 1  # c\n\n\n# d\nb = 2\n", "{'a': 1, 'b': 2}"),
  ("if a:\n\tx = 1\n\ty = 2\nb = 3", "{'b': 3}"),
  ("\u{C}a = 1\n", "{'a': 1}"),
  ("a = 1\u{D}\nb = 2\u{D}c = \"\"\"x\u{D}\ny\"\"\"\u{D}\n", "{'a': 1, 'b': 2, 'c': 'x<A>y'}"),
  ("a = 1", "{'a': 1}"),
  ("", "{}"),
  ("\n", "{}"),
  ("# c", "{}"),
  (
    """
    match = 1
    case = 2
    _ = 3
    type = 4
    """,
    "{'match': 1, 'case': 2, '_': 3, 'type': 4}"
  ),
  (
    """
    match x:
      case {"a": [1, *_], **r} | A(b=c) as d if e: a = 1
      case -1 | 1+2j | None | "s" "t" | a.b: pass
      case _: pass
    b = 1
    """,
    "{'b': 1}"
  ),
  (
    """
    print(f"{a!r:>{w}} {{}} {b=} {c:%Y}", *d, e=1, **f)
    x = 1
    """,
    "{'x': 1}"
  ),
  (
    """
    x = 1
    print((y := 2), [z := 3])
    """,
    "{'x': 1}"
  ),
  ("\u{E9} = 1\ne\u{301} = 2\n\u{B5} = 3", "{'<E9>': 2, '<3BC>': 3}"),
  ("\u{FF41} = 1\nclass \u{FF22}: x\u{1D62} = 2", "{'a': 1, 'B': {'xi': 2}}"),
  (
    """
    [1, 2][0] = 1
    a = 1 < 2
    b = 1,

    """,
    "{'b': (1,)}"
  ),
  (
    """
    def f(a, /, b: int = 1, *c: *T, d, **e) -> None: pass
    lambda a, *, b=1: (yield)
    x = 1
    """,
    "{'x': 1}"
  ),
  (
    """
    try: pass
    except* A as b: pass
    else: pass
    with (a as b, c): pass
    with (a).b as c, d: pass
    x = 1
    """,
    "{'x': 1}"
  ),
  (
    """
    x = 1if 1else 2
    y = 2

    """,
    "{'y': 2}"
  ),
  (
    """
    class self: x = 1
    self = 2
    self.self = 3
    """,
    "{'self': 3}"
  ),
  ("\"\"\"doc\"\"\"\na = \"x\"  # type: ignore\ndel a, (b)\nassert a, b\nglobal c\n", "{'a': 'x'}"),
  (
    """
    from . import (x, y as z,)
    import a.b as c
    x = 1
    """,
    "{'x': 1}"
  ),
  (
    """
    return 1
    yield
    await x
    break
    x = 1
    """,
    "{'x': 1}"
  ),
  (
    """
    a = yield
    b = (yield 1)
    c = await d
    e = 1
    """,
    "{'e': 1}"
  ),
]

/// Statements and expressions that Python 3.11 refuses.
let pythonStatementsRefused: [String] = [
  """
  if x:
  pass
  """,
  """
  if x:
    a = 1
   b = 2
  """,
  " a = 1",
  """
  a = 1
    b = 2
  """,
  "if x:\n\ta = 1\n        b = 2",
  "a = 1 2",
  "a = ",
  "= 1",
  "a == = 1",
  "1 = a",
  "f() = 1",
  #""s" = 1"#,
  "None = 1",
  "a + b = 1",
  "(a, 1) = b",
  "(a, b): int = 1",
  "a, b += 1",
  "(*a) = 1",
  "x = yield = 1",
  "a := 1",
  "True = 1",
  "class = 1",
  "def = 1",
  "import = 1",
  "for = 1",
  "lambda = 1",
  #"print "x""#,
  #"exec "x""#,
  "f(a=1, b)",
  "f(**a, b)",
  "f(**a, *b)",
  "f(x for x in y, 1)",
  "f(a b)",
  "def f(a=1, b): pass",
  "def f(*): pass",
  "def f(*, **k): pass",
  "def f(/, a): pass",
  "def f(*a, *b): pass",
  "def f(**k, a): pass",
  "def f(a:): pass",
  "def f: pass",
  "class C(x for x in y): pass",
  "class: pass",
  "if x: if y: pass",
  "else: pass",
  "elif x: pass",
  "try: pass",
  """
  try: pass
  finally: pass
  except: pass
  """,
  """
  try: pass
  except A: pass
  except* B: pass
  """,
  """
  try: pass
  except A, B: pass
  """,
  "except: pass",
  "with a as b(): pass",
  "with a,: pass",
  "for f() in x: pass",
  "for x in: pass",
  "while: pass",
  "from a import b,",
  "from a import ()",
  "from import a",
  "import a.",
  "del f()",
  "del",
  "assert",
  "raise from x",
  "global",
  "nonlocal a.b",
  "return = 1",
  "[*a for a in b]",
  "{**a for a in b}",
  "{a: 1, b}",
  "{1, a: 2}",
  "(*a)",
  "a[]",
  "a..b",
  "a.1",
  """
  @a
  x = 1
  """,
  "async x",
  "await",
  "lambda *: 1",
  "lambda a=1, b: 1",
  """
  match x:
    a = 1
  """,
  """
  match x:
    case a.b as _: pass
  """,
  """
  match x:
    case 1+2: pass
  """,
  """
  match x:
    case A(x=1, y): pass
  """,
  """
  match x:
    case: pass
  """,
  "x = 1 if 2",
  "x = not",
  "x = 1 +",
  "if x = 1: pass",
  "while a := 1, b: pass",
  "<<<<<<< HEAD",
  """
  async def f(): pass
  async pass
  """,
  "a = 1;;",
  "; a",
  "pass pass",
  "x: int: str",
  "a = *b.c = 1 2",
  """
  if True:
    pass
     x = 1
  """,
  """
  def f():
  x = 1
  """,
  "class C:\n",
  "if x:",
  """
  match *a:
    case _: pass
  """,
  "nonlocal",
  "yield = 1",
  "f(a=)",
  "f(=1)",
  "f(a.b=1)",
  "f(1=2)",
  "x = [i for i]",
  "x = [for i in y]",
  "x = a if b else",
]
