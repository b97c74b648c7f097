"""The shell parts of action.yml and of the templates, run as their forges run them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml
from scene import SOURCES, Scene, guard, stale

EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
# Each runs a command in a place where the others do not.
HOSTILE = ["x; touch ../pwned #", "x'; touch ../pwned #", 'x"; touch ../pwned #', "$(touch ../pwned)"]


class Runner:
    """What GitHub's runner does with the steps of a composite action."""

    def __init__(self, scene: Scene, action: Path) -> None:
        self.scene = scene
        self.action = yaml.safe_load((action / "action.yml").read_text())
        self.folder = action
        self.uses: list[tuple[str, dict[str, str]]] = []
        self.summary = ""
        self.outputs: dict[str, dict[str, str]] = {}

    def run(self, job: Path, event: dict[str, object], inputs: dict[str, str], more: dict[str, str] | None = None) -> tuple[int, str]:
        """Runs the steps in a job's folder. The exit code is that of the first step that fails."""
        values = {name: str(spec.get("default", "")) for name, spec in self.action["inputs"].items()} | inputs
        temp = self.scene.place / "temp"
        temp.mkdir(exist_ok=True)
        (temp / "event.json").write_text(json.dumps(event))
        self.summary, self.uses, self.outputs = "", [], {}
        code, said = 0, ""
        for number, step in enumerate(self.action["runs"]["steps"]):
            if not self._runs(str(step.get("if", "success()")), values, event, failed=code != 0):
                continue
            if "uses" in step:
                self.uses.append((step["uses"], {key: self._text(str(value), values) for key, value in step["with"].items()}))
                continue
            files = {name: temp / f"{number}-{name}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH")}
            for file in files.values():
                file.write_text("")
            script = temp / f"{number}.sh"
            script.write_text(self._text(step["run"], values))
            environment = {name: self._text(str(value), values) for name, value in step.get("env", {}).items()} | {
                "GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(temp / "event.json"),
                "GITHUB_ACTION_PATH": str(self.folder), "RUNNER_TEMP": str(temp), "RUNNER_OS": "Linux", "RUNNER_ARCH": "X64",
                **{name: str(file) for name, file in files.items()}} | (more or {})
            # The runner's `shell: bash`.
            outcome = self.scene.sh(f"bash --noprofile --norc -eo pipefail {script}", job, environment)
            said += outcome.said
            self.summary += files["GITHUB_STEP_SUMMARY"].read_text()
            self.outputs[step["id"]] = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
            code = code or outcome.code
        return code, said

    def _value(self, name: str, inputs: dict[str, str]) -> str:
        match name.split("."):
            case ["inputs", key]:
                return inputs[key]
            case ["steps", step, "outputs", key]:
                return self.outputs.get(step, {}).get(key, "")
            case _:
                raise ValueError(name)

    def _text(self, text: str, inputs: dict[str, str]) -> str:
        return EXPRESSION.sub(lambda found: self._value(found.group(1), inputs), text)

    def _runs(self, condition: str, inputs: dict[str, str], event: dict[str, object], *, failed: bool) -> bool:
        """Only terms that are joined by `&&`, as action.yml has them."""
        terms = [term.strip() for term in condition.split("&&")]
        if not any(term.startswith(("!cancelled()", "always()")) for term in terms) and failed:
            return False
        for term in terms:
            if term in ("success()", "!cancelled()"):
                continue
            left, operator, right = re.fullmatch(r"([\w.-]+) (==|!=) ('[^']*'|true)", term).groups()
            value: object = event
            if left.startswith("github.event."):
                for key in left.split(".")[2:]:
                    value = value.get(key, {}) if isinstance(value, dict) else {}
            else:
                value = self._value(left, inputs)
            wanted = True if right == "true" else right.strip("'")
            if (value == wanted) != (operator == "=="):
                return False
        return True


def all_of(scene: Scene) -> Iterator[tuple[str, str]]:
    """Each forge with a change that is right and one that is not."""
    scene.build()
    scene.made("git checkout -qb good; echo text > page.md; git add -A; git commit -qm words; git push -q origin good; git checkout -q main")
    scene.made("git checkout -qb bad")
    stale(scene, "a parameter")
    scene.made("git push -q origin bad; git checkout -q main")
    yield from files()
    yield from github(scene)
    yield from gitlab(scene)
    yield from lines(scene)


def files() -> Iterator[tuple[str, str]]:
    """The files are what the forges take, and nobody can slip a command in."""
    checker = Path(sys.executable).parent / "check-jsonschema"
    template = SOURCES / "templates/guard.yml"
    header, job = template.read_text().split("\n---\n")
    for schema, name, text in (("github-actions", "action.yml", None), ("bitbucket-pipelines", "templates/bitbucket-pipelines.yml", None),
                               ("gitlab-ci", "templates/guard.yml", job)):
        given = {"input": text.encode()} if text else {}
        done = subprocess.run([checker, "--builtin-schema", f"vendor.{schema}", "--default-filetype", "yaml", "-" if text else SOURCES / name], capture_output=True, check=False, **given)
        yield f"{name} fits its schema", "" if done.returncode == 0 else f"{done.stdout.decode()}{done.stderr.decode()}"
    steps = yaml.safe_load((SOURCES / "action.yml").read_text())["runs"]["steps"]
    for step in steps:
        if "uses" in step:
            yield f"pinned: {step['uses']}", "" if re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"]) else "by no commit"
        else:
            yield f"no expression in the shell of {step['id']}", step["run"] if "${{" in step["run"] else ""
    document = yaml.safe_load(job)
    (only,) = document.values()
    yield "no input in the script of GitLab's job", "".join(line for line in only["script"] if "$[[" in line)
    named = set(re.findall(r"\$\[\[ inputs\.([\w-]+) \]\]", job))
    declared = set(yaml.safe_load(header)["spec"]["inputs"])
    yield "every input is used", "" if named == declared else f"{named ^ declared}"


def github(scene: Scene) -> Iterator[tuple[str, str]]:
    """GitHub Actions."""
    runner = Runner(scene, SOURCES)

    def event(branch: str, *, fork: bool = False) -> dict[str, object]:
        base, head = (scene.made(f"git rev-parse {name}") for name in ("main", branch))
        return {"pull_request": {"base": {"ref": "main", "sha": base}, "head": {"ref": branch, "sha": head, "repo": {"fork": fork}}}}

    code, said = runner.run(scene.clone("bad"), event("bad"), {"upload-sarif": "true"})
    yield "github: a change that is not right fails", "" if code == 1 and "::error file=params.yaml,line=1" in said else f"{code}: {said}"
    yield "github: its summary", "" if "lock/params" in runner.summary and runner.summary.startswith("<!-- guard-report") else runner.summary
    sarif = Path(runner.outputs["judge"].get("sarif", "/none"))
    uploads = [values for name, values in runner.uses if "upload-sarif@" in name]
    yield "github: SARIF is uploaded all the same", "" if uploads and uploads[0]["sarif_file"] == str(sarif) and json.loads(sarif.read_text())["runs"] else f"{uploads}"
    yield "github: outputs", "" if runner.outputs["judge"]["exit-code"] == "1" else f"{runner.outputs}"
    runner.run(scene.clone("bad"), event("bad", fork=True), {"upload-sarif": "true"})
    yield "github: a fork uploads nothing", f"{runner.uses}" if runner.uses else ""
    code, said = runner.run(scene.clone("good"), event("good"), {"sarif": "out.sarif", "summary": "false"})
    fine = code == 0 and runner.outputs["judge"]["exit-code"] == "0" and (scene.place / "job/out.sarif").exists() and not runner.summary
    yield "github: a change that is right passes", "" if fine and not runner.uses else f"{code}: {said}"
    code, said = runner.run(scene.clone("bad"), event("bad"), {"base": "origin/bad~1", "head": "origin/bad", "waivers": "false", "remote": "false"}, {"GUARD": "0"})
    yield "github: options", "" if code == 1 and "lock/params" in said else f"{code}: {said}"
    for name in ("base", "head", "sarif", "directory", "executable", "wheel"):
        for value in (*HOSTILE, "--help", "x\ny=1"):
            runner.run(scene.clone("good"), event("good"), {"base": "main", name: value})
            yield f"github: '{name}' runs nothing", "it ran" if any(scene.place.rglob("pwned")) else ""
            leaked = [outputs for outputs in runner.outputs.values() if "y" in outputs]
            yield f"github: '{name}' sets no output", f"{leaked}" if leaked else ""
    for name in ("waivers", "remote", "backfill", "summary", "upload-sarif"):
        code, said = runner.run(scene.clone("good"), event("good"), {name: "yes"})
        yield f"github: '{name}' is true or false", "" if code == 2 and f"'{name}' is true or false" in said else f"{code}: {said}"
    yield from building(scene, runner, event("bad"))


def building(scene: Scene, runner: Runner, event: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Without guard in PATH it is built. A compiler takes minutes: here one stands in that takes what is built already."""
    tools = scene.place / "tools"
    tools.mkdir()
    action = scene.place / "action"
    (action / "scripts").mkdir(parents=True)
    for name in ("action.yml", "templates", "Package.swift", "Plugins", "Sources", "hooks"):
        (action / name).symlink_to(SOURCES / name)
    (action / "scripts/setup").write_text("#!/bin/sh\necho \"setup $*\"\n")
    (tools / "swift").write_text(f"#!/bin/sh\n[ $1 = build ] || exit 0\nwhile [ $1 != --package-path ]; do shift; done\nmkdir -p $2/.build/release\ncp {guard()} $2/.build/release/guard\n")
    for tool in (tools / "swift", action / "scripts/setup"):
        tool.chmod(0o755)
    runner.folder = action
    bare = {"PATH": f"{tools}:/usr/bin:/bin"}
    code, said = runner.run(scene.clone("bad"), event, {}, bare)
    fine = code == 1 and "setup build" in said and "lock/params" in said and [name.split("@")[0] for name, _ in runner.uses] == ["actions/cache"]
    yield "github: guard is built", "" if fine else f"{code}: {said} {runner.uses}"
    done = subprocess.run([sys.executable, SOURCES / "packaging", "wheel", "--guard", guard(), scene.place / "dist"], check=True, text=True, stdout=subprocess.PIPE)
    wheel = done.stdout.strip()
    code, said = runner.run(scene.clone("bad"), event, {"wheel": wheel}, {"PATH": "/usr/bin:/bin"})
    fine = code == 1 and "lock/params" in said and runner.outputs["find"]["guard"].endswith("/guard-wheel/bin/guard") and not runner.uses
    yield "github: guard of a wheel", "" if fine else f"{code}: {said} {runner.uses}"
    code, said = runner.run(scene.clone("bad"), event, {"wheel": "http://127.0.0.1/guard.whl"}, {"PATH": "/usr/bin:/bin"})
    yield "github: a wheel by http", "" if code == 2 and "no https URL" in said else f"{code}: {said}"
    code, said = runner.run(scene.clone("bad"), event, {}, {"PATH": "/usr/bin:/bin"})
    yield "github: neither guard nor swift", "" if code == 2 and "container: swift:6.3-bookworm" in said else f"{code}: {said}"


def gitlab(scene: Scene) -> Iterator[tuple[str, str]]:
    """GitLab CI/CD."""
    header, job = (SOURCES / "templates/guard.yml").read_text().split("\n---\n")
    specs = yaml.safe_load(header)["spec"]["inputs"]

    def run(branch: str, inputs: dict[str, str], more: dict[str, str] | None = None) -> tuple[int, str]:
        values = {name: str(spec.get("default", "")).lower() if spec.get("type") == "boolean" else str(spec.get("default", "")) for name, spec in specs.items()} | inputs
        parsed = yaml.safe_load(re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda found: f"<<{found.group(1)}>>", job))
        (only,) = parsed.values()
        variables = {name: re.sub(r"<<([\w-]+)>>", lambda found: values[found.group(1)], value) for name, value in only["variables"].items()}
        ci = {"GITLAB_CI": "true", "CI": "true", "CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "1",
              "CI_MERGE_REQUEST_DIFF_BASE_SHA": scene.made("git rev-parse main"), "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
              "CI_COMMIT_SHA": scene.made(f"git rev-parse {branch}"), "CI_DEFAULT_BRANCH": "main"}
        # GitLab's runner joins the lines of `script` to one, for bash or for sh.
        outcome = scene.sh("\n".join(only["script"]), scene.clone(branch), ci | variables | (more or {}), "sh -e")
        return outcome.code, outcome.said

    job_folder = scene.place / "job"
    code, said = run("bad", {"image": "x"})
    quality = json.loads((job_folder / "gl-code-quality-report.json").read_text())
    fine = code == 1 and [item["check_name"] for item in quality] == ["lock/params"] and "<testsuite" in (job_folder / "guard-junit.xml").read_text()
    yield "gitlab: a change that is not right fails", "" if fine else f"{code}: {said}{quality}"
    code, said = run("good", {"image": "x", "remote": "false"})
    yield "gitlab: a change that is right passes", "" if code == 0 else f"{code}: {said}"
    code, said = run("bad", {"image": "x", "waivers": "false"}, {"GUARD": "0"})
    yield "gitlab: no waivers", "" if code == 1 else f"{code}: {said}"
    for value in HOSTILE:
        code, said = run("good", {"image": "x", "base": value})
        yield "gitlab: an input runs nothing", "" if code not in (0, 1) and not any(scene.place.rglob("pwned")) else f"{code}: {said}"


def lines(scene: Scene) -> Iterator[tuple[str, str]]:
    """Bitbucket Pipelines and Jenkins: what they hand to a shell."""
    document = yaml.safe_load((SOURCES / "templates/bitbucket-pipelines.yml").read_text())
    (item,) = document["pipelines"]["pull-requests"]["**"]
    jenkins = re.findall(r"^ +sh '(.*)'$", (SOURCES / "templates/Jenkinsfile").read_text(), re.M)
    base = scene.made("git rev-parse main")
    for name, script, environment, report in (
        ("bitbucket", "\n".join(item["step"]["script"]),
         {"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_PR_ID": "1", "BITBUCKET_PR_DESTINATION_BRANCH": "main", "BITBUCKET_PR_DESTINATION_COMMIT": base, "CI": "true"},
         "test-results/guard.xml"),
        ("jenkins", "\n".join(jenkins), {"JENKINS_URL": "http://x.invalid/", "BUILD_NUMBER": "1", "CHANGE_ID": "1", "CHANGE_TARGET": "main"}, "guard-junit.xml"),
    ):
        for branch, wanted in (("bad", 1), ("good", 0)):
            job = scene.clone(branch)
            commit = {"BITBUCKET_COMMIT": scene.made(f"git rev-parse {branch}"), "BITBUCKET_BRANCH": branch} if name == "bitbucket" else {}
            outcome = scene.sh(script, job, environment | commit, "sh -xe")
            fine = outcome.code == wanted and "<testsuite" in (job / report).read_text()
            yield f"{name}: {branch}", "" if fine else f"{outcome}"
