"""Asks guard and the JSON Schema of the policy file about the same files: what one takes the other takes.

    GUARD=path/to/guard python Tests/PolicyFiles

The schema is the one in `docs/schemas`, which editors use; the files are read as DVC reads YAML.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "policy.schema.json"

GOOD = [
    "",
    "version: 1",
    "profile: audit\ninherited: off\nevery-commit: warning",
    "inherited: false",
    "rules:\n  lock/params: warn\n  lock/orphan: off\n  data/large-file: {severity: warning, limit: 50 MB, except: a}",
    "rules: {data/large-file: {limit: 1024}}",
    "rules: {data/large-file: {limit: 1 gib, except: ['a/**', b]}}",
    "rules: {data/modified: {files: 3, limit: 12kB}}",
    "rules:",
    "reasons: {line-ends: error, rounding: false}",
    "remote: {name: s3, on-missing: push, on-error: warn, objects: all, timeout: 86400}",
    "records: {commits: pipeline, redact: ['*secret*'], reveal: seed, keys: {}}",
    "receive: {exempt: ['users/**']}",
    "mlflow: {tracking-uri: 'http://localhost:5000', experiment: e, training: off, commits: results, user: none}",
    "mlflow: {training: false}",
    "rules: {commit/message: {severity: error, style: conventional, types: [feat, fix], length: 60}, env/unpinned: {versions: exact}}",
    "extends: ci/org.yml",
    "branches: {main: {profile: ci, remote: {on-missing: push}}, 'release/*': {rules: {lock/params: error}}}",
    "branches: {main: {records: {commits: all}, mlflow: {experiment: e}}}",
    "paths: {'docs/**': {rules: {data/large-file: {limit: 1 GB}}}, a: {reasons: {rounding: off}}}",
    "paths:",
    "branches: {main: }",
]

BAD = [
    "[]",
    "profil: ci",
    "version: 2",
    "version: '1'",
    "profile: fast",
    "profile:",
    "inherited: true",
    "rules: {lock/parms: off}",
    "rules: {lock/params: {limit: 3}}",
    "rules: {lock/params: }",
    "rules: {data/large-file: {limit: big}}",
    "rules: {data/large-file: {limit: -1}}",
    "rules: {data/large-file: {limit: 1.5 MB}}",
    "rules: {data/large-file: {except: [1]}}",
    "rules: {data/modified: {files: many}}",
    "rules: {commit/message: {style: haiku}}",
    "rules: {commit/message: {types: [1]}}",
    "rules: {env/unpinned: {versions: some}}",
    "rules: [lock/params]",
    "reasons: {content: off}",
    "remote: {on-missing: stop}",
    "remote: {timeout: 0}",
    "remote: {timeout: 86401}",
    "remote: {name: ''}",
    "records: {keys: [a]}",
    "records: {keys: {me: 1}}",
    "receive: {exempt: [1]}",
    "mlflow: {training: maybe}",
    "mlflow: {commits: off}",
    "extends: ''",
    "extends: [a]",
    "branches: [main]",
    "branches: {'': {}}",
    "branches: {main: {version: 1}}",
    "branches: {main: {records: {redact: [a]}}}",
    "branches: {main: {paths: {}}}",
    "paths: {a: {profile: ci}}",
    "paths: {a: {rules: {data/modified: {files: 3}}}}",
    "paths: {a: {rules: {data/large-file: {except: [a]}}}}",
]


def main() -> int:
    """Asks about all files; 0 when guard and the schema agree on each."""
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    failures = [f"the default at {place} is not valid" for place in wrong_defaults(schema, "")]
    with tempfile.TemporaryDirectory(prefix="guard-policy-") as folder:
        subprocess.run(["git", "init", "-q", folder], check=True)
        for text, expected in [(text, True) for text in GOOD] + [(text, False) for text in BAD]:
            by_guard, words = asked(folder, text)
            by_schema = fits(schema, text)
            if not by_guard == by_schema == expected:
                failures.append(f"{text!r}: guard {by_guard}, schema {by_schema}, expected {expected}: {words}")
    print("\n".join(failures) or f"policy files: guard and the schema agree in {len(GOOD) + len(BAD)} checks")
    return 1 if failures else 0


def wrong_defaults(schema: object, place: str) -> list[str]:
    """The places of defaults that their own part of the schema does not take."""
    if isinstance(schema, list):
        return [wrong for number, part in enumerate(schema) for wrong in wrong_defaults(part, f"{place}/{number}")]
    if not isinstance(schema, dict):
        return []
    found = [] if "default" not in schema or jsonschema.Draft7Validator(schema).is_valid(schema["default"]) else [place]
    return found + [wrong for key, part in schema.items() if key != "default" for wrong in wrong_defaults(part, f"{place}/{key}")]


def asked(folder: str, text: str) -> tuple[bool, str]:
    """Whether guard takes a file, and what it says."""
    Path(folder, ".guard.yml").write_text(text)
    # What a file extends is not the schema's to know.
    answer = subprocess.run(
        [os.environ["GUARD"], "-C", folder, "config"], capture_output=True, text=True, timeout=60, check=False
    )
    missing = "is not there" in answer.stderr
    return answer.returncode == 0 or missing, answer.stderr.strip()


def fits(schema: dict, text: str) -> bool:
    """Whether the schema takes a file."""
    try:
        document = YAML(typ="safe", pure=True).load(io.StringIO(text))
    except YAMLError:
        return False
    return jsonschema.Draft7Validator(schema).is_valid(document)


if __name__ == "__main__":
    sys.exit(main())
