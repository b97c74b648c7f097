"""Signed records and provenance, judged by programs that are not guard's: securesystemslib (DSSE), in-toto's own
definition of SLSA provenance, ssh-keygen and openssl, over what the real dvc recorded.

    GUARD=path/to/guard python Tests/Attestations [--keep]
"""

import argparse
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1.provenance_pb2 import Provenance
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement_pb2 import Statement as StatementMessage
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "docs" / "schemas"
TYPE = "application/vnd.in-toto+json"
SECRET = "hunter2"

FILES = {
    "params.yaml": "lr: 0.1\napi_token: hunter2\n",
    "prepare.py": "import pathlib, shutil\nshutil.copytree('data/raw', 'data/ready', dirs_exist_ok=True)\n",
    "train.py": (
        "import pathlib\npathlib.Path('model.bin').write_bytes(b'model')\n"
        "pathlib.Path('metrics.json').write_text('{\"acc\": 0.5}')\n"
    ),
    "data/raw/a": "1\n",
    "data/raw/b": "2\n",
    "requirements.txt": "numpy==1.26\n",
    "dvc.yaml": """\
stages:
  prepare:
    cmd: python3 prepare.py
    deps: [data/raw, prepare.py]
    outs: [data/ready]
  train:
    cmd: python3 train.py
    deps: [data/ready/a, train.py]
    params: [lr, api_token]
    outs: [model.bin]
    metrics: [{metrics.json: {cache: false}}]
""",
}


class Scene:
    """A repository whose pipeline dvc ran, and the keys of two who sign."""

    def __init__(self, root: Path):
        self.root = root
        self.clone = root / "r"
        home = root / "home"
        home.mkdir()
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C",
            "DVC_NO_ANALYTICS": "1",
        }
        for file, text in FILES.items():
            (self.clone / file).parent.mkdir(parents=True, exist_ok=True)
            (self.clone / file).write_text(text)
        self.shell(
            """
            git config --global user.name a; git config --global user.email a@b
            git config --global gpg.format ssh; git config --global user.signingkey ../key
            git config --global gpg.ssh.allowedSignersFile ../allowed
            ssh-keygen -q -t ed25519 -N '' -C '' -f ../key; echo "a@b $(cat ../key.pub)" > ../allowed
            openssl genpkey -algorithm ed25519 -out ../ci; openssl pkey -in ../ci -pubout -out ../ci.pub
            git init -q -b main; git remote add origin https://user:hunter2@git.example.org/team/model.git
            python -m dvc init -q; python -m dvc add -q data/raw; python -m dvc repro -q
            git add -A; git commit -qm one
            """
        )
        self.guard("record", "-q", "--sign")
        self.guard("record", "-q", "--sign", "--key", "../ci")

    def shell(self, script: str) -> bytes:
        """What a script in the repository prints."""
        return subprocess.run(
            ["/bin/sh", "-ec", script], cwd=self.clone, env=self.environment, stdout=subprocess.PIPE, check=True
        ).stdout

    def guard(self, *arguments: str, code: int = 0) -> bytes:
        """What guard prints."""
        outcome = subprocess.run(
            [os.environ.get("GUARD", str(ROOT / ".build/release/guard")), *arguments], cwd=self.clone,
            env=self.environment, stdout=subprocess.PIPE, check=False,
        )
        expect(outcome.returncode == code, f"guard {' '.join(arguments)} ended with {outcome.returncode}")
        return outcome.stdout

    @property
    def record(self) -> bytes:
        """The record that is kept."""
        return self.shell("git notes --ref=guard/runs show")

    @property
    def links(self) -> list[dict]:
        """The commit's links."""
        return [json.loads(line) for line in self.shell("git notes --ref=guard/links show").splitlines()]

    def key(self) -> SSlibKey:
        """The public Ed25519 key, as securesystemslib has it, by the name that guard gives it."""
        public = load_pem_public_key((self.root / "ci.pub").read_bytes())
        information = self.shell("openssl pkey -pubin -in ../ci.pub -outform DER")
        return SSlibKey.from_crypto(public, keyid="sha256:" + hashlib.sha256(information).hexdigest())

    def list_of_directory(self, directory: str) -> str:
        """The MD5 of DVC's list of a directory, as docs/provenance.md tells it."""
        root = self.clone / directory
        files = sorted(path for path in root.rglob("*") if path.is_file())
        listed = [{"md5": md5(path), "relpath": str(path.relative_to(root))} for path in files]
        return hashlib.md5(json.dumps(listed, sort_keys=True).encode()).hexdigest()

    def in_git(self, path: str) -> dict[str, str]:
        """The digests of a file that Git has."""
        blob = self.shell(f"git rev-parse HEAD:{path}").decode().strip()
        return {"gitBlob": blob, "sha256": hashlib.sha256((self.clone / path).read_bytes()).hexdigest()}


checks = 0


def expect(holds: bool, what: str) -> None:
    """One check."""
    global checks
    checks += 1
    if not holds:
        raise AssertionError(what)


def lines_follow_their_schemas(scene: Scene) -> None:
    """The record and each link."""
    record = json.loads(scene.record)
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / "run-record-1.json").read_text())).validate(record)
    links = jsonschema.Draft202012Validator(json.loads((SCHEMAS / "links-1.json").read_text()))
    expect(len(scene.links) == 2, "two who signed are two lines")
    for link in scene.links:
        links.validate(link)
        expect(not links.is_valid(link | {"more": 1}), "the schema takes anything")
    Statement.copy_from_pb(json_format.ParseDict(record, StatementMessage())).validate()


def securesystemslib_takes_what_guard_signed(scene: Scene) -> None:
    """DSSE by its own library, whole and with each part changed."""
    document = json.loads(scene.guard("export", "--dsse"))
    key = scene.key()

    def verify(document: dict) -> bool:
        try:
            # `from_dict` changes what it is given.
            return bool(Envelope.from_dict(json.loads(json.dumps(document))).verify([key], 1))
        except VerificationError:
            return False

    expect(base64.b64decode(document["payload"]) == scene.record, "the envelope holds another record")
    expect(verify(document), "securesystemslib refuses the envelope")
    other = base64.b64encode(scene.record.replace(b'"lr":0.1', b'"lr":0.2')).decode()
    expect(not verify(document | {"payload": other}), "another record is taken")
    expect(not verify(document | {"payloadType": "text/plain"}), "another type is taken")


def guard_takes_what_securesystemslib_signed(scene: Scene) -> None:
    """The other way round, as any program can do it."""
    before = scene.links
    private = load_pem_private_key((scene.root / "ci").read_bytes(), None)
    envelope = Envelope(scene.record, TYPE, {})
    envelope.sign(CryptoSigner(private, scene.key()))
    document = envelope.to_dict()
    del document["payload"]
    document |= {"t": "signature", "digest": {"sha256": hashlib.sha256(scene.record).hexdigest()}}
    expect(document in before, "the same key over the same record gives another line")
    line = json.dumps(document, sort_keys=True, separators=(",", ":"))
    (scene.root / "line").write_text(line + "\n")
    scene.shell("git notes --ref=guard/links add -f -F ../line 2>/dev/null")
    said = json.loads(scene.guard("verify", "--json", "--require-signature", "--key", "../ci.pub"))
    expect([item["verdict"] for item in said["signatures"]] == ["valid"], f"guard says {said['signatures']}")
    # ssh-keygen and openssl, as docs/records.md tells it.
    scene.guard("record", "-q", "--sign")


def the_documented_steps_verify(scene: Scene) -> None:
    """The commands of docs/records.md, word for word, of each kind of key."""
    lines = (ROOT / "docs" / "records.md").read_text().splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("    git notes --ref=guard/runs show REV >"))
    block = []
    for line in lines[start:]:
        if line and not line.startswith("    "):
            break
        block.append(line.strip())
    steps = "\n".join(block).replace("REV", "HEAD").replace("allowed_signers", "../allowed")
    steps = steps.replace("alice@example.org", "a@b").replace("public.pem", "../ci.pub")
    common, ssh, openssl = steps.strip().split("\n\n")
    kept = scene.shell("git notes --ref=guard/links show")
    for prefix, part, says in (
        (b'"SHA256:', ssh, b'Good "guard" signature for a@b'), (b'"sha256:', openssl, b"Signature Verified Success")
    ):
        [line] = [line for line in kept.splitlines() if b'"keyid":' + prefix in line]
        (scene.root / "line").write_bytes(line + b"\n")
        scene.shell("git notes --ref=guard/links add -f -F ../line 2>/dev/null")
        expect(says in scene.shell(f"cd {scene.clone}\n{common}\n{part}"), f"{says.decode()} is not said")
    scene.shell("rm record message message.sig")
    (scene.root / "line").write_bytes(kept)
    scene.shell("git notes --ref=guard/links add -f -F ../line 2>/dev/null")


def provenance_is_what_in_toto_and_slsa_say(scene: Scene) -> None:
    """Their own definition reads it, with no field that it does not know, and the digests are those of the files."""
    text = scene.guard("export", "--slsa", "HEAD")
    expect(SECRET.encode() not in text, "a secret is in the provenance")
    document = json.loads(text)
    expect(set(document) == {"_type", "subject", "predicateType", "predicate"}, "other members of a statement")
    Statement.copy_from_pb(json_format.ParseDict(document, StatementMessage())).validate()
    expect(document["predicateType"] == "https://slsa.dev/provenance/v1", "another type")
    message = json_format.ParseDict(document["predicate"], Provenance())
    expect(bool(message.build_definition.build_type and message.run_details.builder.id), "what is required lacks")
    for descriptor in [*message.build_definition.resolved_dependencies, *message.run_details.byproducts]:
        ResourceDescriptor.copy_from_pb(descriptor).validate()
        expect(bool(descriptor.uri or descriptor.digest), f"{descriptor} needs a URI or a digest")
    subjects = {item["name"]: item["digest"] for item in document["subject"]}
    expect(
        subjects == {
            "data/ready": {"dvcDirMd5": scene.list_of_directory("data/ready")},
            "metrics.json": {"md5": md5(scene.clone / "metrics.json")},
            "model.bin": {"md5": md5(scene.clone / "model.bin")},
        },
        f"the subjects are {subjects}",
    )
    commit = scene.shell("git rev-parse HEAD").decode().strip()
    source = f"git+https://git.example.org/team/model.git@{commit}"
    definition = document["predicate"]["buildDefinition"]
    expect(
        definition["externalParameters"] == {
            "source": source,
            "stages": {
                "prepare": {"cmd": "python3 prepare.py"},
                "train": {
                    "cmd": "python3 train.py",
                    "params": {"params.yaml": {"api_token": {"redacted": True}, "lr": 0.1}},
                },
            },
        },
        f"the parameters are {definition['externalParameters']}",
    )
    [first, *others] = definition["resolvedDependencies"]
    expect(first == {"uri": source, "digest": {"gitCommit": commit}}, f"the commit is {first}")
    named = {item["name"]: item["digest"] for item in others}
    expect(
        named == {
            "data/raw": {"dvcDirMd5": scene.list_of_directory("data/raw")},
            "dvc.yaml": scene.in_git("dvc.yaml"), "params.yaml": scene.in_git("params.yaml"),
            "prepare.py": {"md5": md5(scene.clone / "prepare.py")},
            "requirements.txt": scene.in_git("requirements.txt"), "train.py": {"md5": md5(scene.clone / "train.py")},
        },
        f"the dependencies are {named}",
    )
    details = document["predicate"]["runDetails"]
    expect(details["builder"] == {"id": "https://guard-dvc.org/slsa/unverified/v1"}, f"{details['builder']}")
    expect([item["name"] for item in details["byproducts"]] == ["dvc.lock"], f"{details['byproducts']}")
    expect("metadata" not in details, "there is a run that nobody knows of")


def runs_and_builders_are_named(scene: Scene) -> None:
    """The run of the training, when there is one; and who says that it ran the pipeline."""
    run = '{"evidence":"injected","experiment":"1","role":"training","run":"r1","server":"https://m.example","t":"mlflow"}'
    scene.shell(f"git notes --ref=guard/links append -m '{run}'")

    def details() -> dict:
        text = scene.guard("export", "--slsa", "--builder-id", "https://ci.example.org/trainer")
        document = json.loads(text)
        json_format.ParseDict(document["predicate"], Provenance())
        return document["predicate"]["runDetails"]

    expect(details()["builder"]["id"] == "https://ci.example.org/trainer", "another builder")
    page = "https://m.example/#/experiments/1/runs/r1"
    expect(details()["metadata"] == {"invocationId": page}, "another run")
    expect(details()["byproducts"][1]["uri"] == page, "the run is no byproduct")
    # Of a later commit with the same results it is the same run.
    scene.shell("git checkout -q -b later; git commit -q --allow-empty -m later")
    expect(details()["metadata"] == {"invocationId": page}, "another run of a later commit")
    scene.shell("git checkout -q main")
    scene.shell(f"git notes --ref=guard/links append -m '{run.replace('r1', 'r2')}'")
    expect("metadata" not in details(), "one of two runs is taken")


def what_cannot_be_exported_says_so(scene: Scene) -> None:
    """Nothing is printed where there is no document."""
    scene.shell("git checkout -q --orphan bare; git rm -rfq .; git commit -q --allow-empty -m nothing --no-verify")
    expect(scene.guard("export", "--slsa", code=2) == b"", "a document of nothing")
    expect(scene.guard("export", "--dsse", code=2) == b"", "an envelope of nothing")
    expect(scene.guard("export", code=64) == b"", "no form was asked for")
    expect(scene.guard("export", "--slsa", "--builder-id", "me", code=64) == b"", "a builder that is no URI")
    scene.guard("export", "--slsa", "-o", "../written", "main")
    expect(json.loads((scene.root / "written").read_bytes())["subject"] != [], "another document in a file")


def md5(path: Path) -> str:
    """The MD5 of a file."""
    return hashlib.md5(path.read_bytes()).hexdigest()


STORIES = [
    lines_follow_their_schemas, securesystemslib_takes_what_guard_signed,
    guard_takes_what_securesystemslib_signed, the_documented_steps_verify,
    provenance_is_what_in_toto_and_slsa_say, runs_and_builders_are_named, what_cannot_be_exported_says_so,
]


def main() -> int:
    """Tells all stories, one after the other in one repository."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="keep the repository")
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="guard-attestations-"))
    try:
        scene = Scene(root)
        for story in STORIES:
            story(scene)
            print(f"ok: {story.__name__.replace('_', ' ')}")
    except Exception:
        options.keep = True
        print(f"attestations: kept {root}", file=sys.stderr)
        raise
    finally:
        if not options.keep:
            shutil.rmtree(root)
    print(f"attestations: {len(STORIES)} stories, {checks} checks")
    return 0


sys.exit(main())
