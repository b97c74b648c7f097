"""Commands behind `fix:` and `or:`, pasted as they stand where another command would not get through."""

import shutil
import subprocess

# Caches of Python in a directory that a stage depends on, which its lock counts.
COUNTED = r"""unset PYTHONDONTWRITEBYTECODE; mkdir src/lib; touch src/lib/__init__.py; echo 'X = 1' > src/lib/a.py
sed -i '1i import sys; sys.path.insert(0, "src")\nimport lib.a' src/train.py; sed -i 's|    - src/train.py|    - src|' dvc.yaml
echo __pycache__/ >> .gitignore; dvc repro -q; git add -A"""

# A stage that reads a dataset of another repository, as its revision v1 has it.
DATASET = r"""mkdir ../reg; cd ../reg; git init -q; dvc init -q; for n in 1 2; do echo $n > d.csv; dvc add -q d.csv; git add -A
git commit -q -m $n; git tag v$n; done; cd "$OLDPWD"
printf '\n  use:\n    cmd: echo x > used\n    deps: ["ds://reg"]\n    outs: [used]\n' >> dvc.yaml
printf 'datasets:\n- {name: reg, type: dvc, url: %s, path: d.csv, rev: v1}\n' "$(cd ../reg; pwd)" >> dvc.yaml
dvc ds update -q reg; dvc repro -q use; git add -A; git commit -q -m use"""

# A title; what goes wrong in the repository of docs/rules/README.md; the rule that finds it; the line that is pasted
# (`fix`, `or`, or the end of a `do` that takes a move back), with the command; and what is done after it, so that
# nothing is found any more.
STORIES = [
    ("an output of Git's that a .gitignore covers",
     "echo /metrics.json >> .gitignore; git rm -q --cached metrics.json; git add .gitignore",
     "lock/outs", "fix", "git add -f metrics.json", "true"),
    ("the same where it is gone here too",
     "echo /metrics.json >> .gitignore; git rm -q metrics.json; git add .gitignore",
     "lock/outs", "fix", "dvc repro train && git add -f metrics.json", "true"),
    ("an output that was edited, of whose stage a file of Git's is gone",
     "echo more >> model.pkl; rm metrics.json",
     "data/modified", "fix", "git checkout -- metrics.json && dvc commit train -f", "git add dvc.lock"),
    ("an output that was edited, of whose stage one of DVC's is gone",
     "echo '{\"accuracy\": 1.0}' > metrics.json; git add metrics.json; rm model.pkl",
     "lock/outs", "fix", "dvc checkout model.pkl && dvc commit train -f", "git add dvc.lock"),
    ("the same where nobody has it any more",
     "echo '{\"accuracy\": 1.0}' > metrics.json; git add metrics.json; rm model.pkl; rm -r .dvc/cache",
     "lock/outs", "fix", "dvc repro train", "git add dvc.lock metrics.json"),
    ("parameters that a template needs and that were not staged",
     "echo 'size: 1' >> params.yaml; sed -i 's/cmd: python src\\/train.py/& ${size}/' dvc.yaml; dvc repro -q; "
     "git add dvc.yaml dvc.lock metrics.json", "lock/unreadable", "fix", "git add params.yaml", "true"),
    ("the same where the results were not staged either",
     "echo 'size: 1' >> params.yaml; sed -i 's/cmd: python src\\/train.py/& ${size}/' dvc.yaml; "
     "sed -i 's/0.1/0.2/' params.yaml; dvc repro -q; git add dvc.yaml", "lock/unreadable", "fix",
     "git add dvc.lock metrics.json params.yaml", "true"),
    ("the same where Git ignores them",
     "echo params.yaml >> .gitignore; git rm -q --cached params.yaml; echo 'size: 1' >> params.yaml; "
     "sed -i 's/cmd: python src\\/train.py/& ${size}/' dvc.yaml; dvc repro -q; git add -A",
     "lock/unreadable", "fix", "git add -f params.yaml", "true"),
    ("a clone without its data",
     "dvc remote add -q -d store ../../store; dvc push -q; git commit -qam store; git clone -q . ../clone; cd ../clone; "
     "dvc config -q cache.dir ../../other; sed -i 's/0.1/0.2/' params.yaml; git add params.yaml",
     "lock/params", "fix", "dvc repro --pull train", "git add -A"),
    ("data that no remote and no cache has",
     "rm -rf .dvc/cache data/prepared.csv; sed -i 's/0.1/0.2/' params.yaml; git add params.yaml",
     "lock/params", "fix", "dvc repro train", "git add -A"),
    ("the same where a remote has it that was not staged",
     "dvc remote add -q -d store ../../store; dvc push -q; rm -rf .dvc/cache data/prepared.csv; "
     "sed -i 's/0.1/0.2/' params.yaml; git add params.yaml",
     "lock/params", "fix", "dvc repro --pull train", "git add -A"),
    ("the same where the cache has it",
     "rm data/raw/reviews.csv data/prepared.csv; sed -i 's/0.1/0.2/' params.yaml; git add params.yaml",
     "lock/params", "fix", "dvc repro --pull train", "git add -A"),
    ("a clone without its data where all of the pipeline has to run",
     "dvc remote add -q -d store ../../store; dvc push -q; git commit -qam store; git clone -q . ../clone; cd ../clone; "
     "dvc config -q cache.dir ../../other; echo '# more' >> src/prepare.py; git add src/prepare.py",
     "lock/deps", "fix", "dvc repro --pull --downstream prepare", "git add -A"),
    ("an output of DVC's that was edited, thrown away",
     "echo more >> model.pkl", "data/modified", "or", "dvc checkout -f model.pkl", "true"),
    ("an output of Git's that was edited, thrown away",
     "echo '{\"accuracy\": 1.0}' > metrics.json; git add metrics.json",
     "lock/outs", "or", "git restore --source=HEAD --staged --worktree metrics.json", "true"),
    ("an output of Git's that is left from the run before",
     "sed -i 's/0.1/0.2/' params.yaml; dvc repro -q; git checkout -q metrics.json; git add -A",
     "lock/outs", "fix", "dvc repro train", "git add -A; dvc repro -q --force; git diff --quiet"),
    ("an output of Git's that is taken from an older commit",
     "sed -i 's/0.1/0.2/' params.yaml; dvc repro -q; git commit -qam new; git checkout -q HEAD~1 -- metrics.json",
     "lock/outs", "fix", "dvc repro train", "git add -A; git diff --quiet HEAD"),
    ("raw data that was changed in place",
     "echo 'fine,1' >> data/raw/reviews.csv", "data/modified", "fix",
     "mv data/raw/reviews.csv data/raw/reviews-2.csv && dvc checkout data/raw/reviews.csv && dvc add data/raw/reviews-2.csv",
     "git add -A; grep -q fine data/raw/reviews-2.csv"),
    ("raw data that was changed in place, thrown away",
     "echo 'fine,1' >> data/raw/reviews.csv", "data/modified", "or", "dvc checkout -f data/raw/reviews.csv", "true"),
    ("a folder of files that Git took in",
     "mkdir more; for n in 1 2 3; do echo $n > more/$n.csv; done; dvc add -q more/1.csv more/2.csv more/3.csv; "
     "rm more/.gitignore; git add -A",
     "data/in-git", "fix", "git rm -r --cached more/1.csv more/2.csv more/3.csv && printf '%s\\n' /1.csv /2.csv /3.csv "
     ">> more/.gitignore && git add more/.gitignore", "true"),
    ("caches that the lock of a directory counted", COUNTED, "layout/dvcignore", "fix",
     "echo __pycache__/ >> .dvcignore && dvc commit train -f && git add .dvcignore dvc.lock", "true"),
    ("the same where only the line was written", COUNTED + "\necho __pycache__/ >> .dvcignore; git add .dvcignore",
     "lock/deps", "fix", "dvc commit train -f && git add dvc.lock", "true"),
    ("the same where the code was edited as well",
     COUNTED + "\necho __pycache__/ >> .dvcignore; echo 'X = 2' > src/lib/a.py; git add .dvcignore src",
     "lock/deps", "fix", "dvc repro train", "git add -A"),
    ("the same in two stages",
     COUNTED.replace("dvc repro -q", "sed -i 's|    - src/prepare.py|    - src|' dvc.yaml; dvc repro -q; dvc repro -q"),
     "layout/dvcignore", "fix",
     "echo __pycache__/ >> .dvcignore && dvc commit -f prepare train && git add .dvcignore dvc.lock", "true"),
    ("an environment file that Git ignores",
     "echo '*.txt' >> .gitignore; git rm -q --cached requirements.txt; git add .gitignore",
     "env/untracked", "fix", "git add -f requirements.txt", "true"),
    ("code that was moved, and is moved back",
     "git mv src/prepare.py src/clean.py", "lock/deps", "do", "git mv src/clean.py src/prepare.py", "true"),
    ("data that was moved, and is moved back",
     "dvc move -q data/raw/reviews.csv data/reviews.csv; git add -A", "lock/deps", "do",
     "dvc move data/reviews.csv data/raw/reviews.csv && git add -A data/.gitignore data/raw/.gitignore "
     "data/raw/reviews.csv.dvc data/reviews.csv.dvc", "true"),
    ("a frozen stage that never ran",
     "dvc stage add -q -n count -d data/prepared.csv -o count.txt 'wc -l < data/prepared.csv > count.txt'; "
     "dvc freeze -q count; git add dvc.yaml .gitignore", "lock/missing", "fix",
     "dvc unfreeze count && dvc repro count && dvc freeze count", "git add dvc.yaml dvc.lock; grep -q frozen dvc.yaml"),
    ("a dataset of another revision", DATASET + "; sed -i 's/rev: v1/rev: v2/' dvc.yaml; git add dvc.yaml",
     "lock/deps", "fix", "dvc ds update reg && dvc repro use", "git add dvc.lock"),
    ("an environment that gives the same results",
     "printf 'rules: {env/drift: error}\\ninherited: error\\n' > .guard.yml; git add -A; git commit -qm policy; "
     "echo 'scikit-learn==1.6.1' > requirements.txt; git add -A", "env/drift", "fix", "dvc repro --force",
     # The results are the same. Another environment file makes guard look again.
     "git diff --quiet; git commit -qm new -m 'Guard-Skip: env/drift same results'; touch Dockerfile; git add -A"),
    ("the environment of one team among two",
     "for team in 'team A' B; do mkdir \"$team\"; echo numpy==1 > \"$team/requirements.txt\"; "
     "printf 'stages:\\n  one:\\n    cmd: date +%%N > n\\n    outs: [n]\\n' > \"$team/dvc.yaml\"; done; dvc repro -q -P; "
     "printf 'rules: {env/drift: error}\\n' > .guard.yml; git add -A; git commit -qm teams; "
     "echo numpy==2 > 'team A/requirements.txt'; git add -A", "env/drift", "fix",
     "dvc repro --force 'team A/dvc.yaml:one'", "git add -A"),
    ("the same where all of the team's stages have to run",
     "mkdir B; echo numpy==1 > B/requirements.txt; printf 'stages:\\n  one:\\n    cmd: date +%%N > n\\n    outs: [n]\\n"
     "  two:\\n    cmd: date +%%N > m\\n    outs: [m]\\n' > B/dvc.yaml; dvc repro -q -P; "
     "printf 'rules: {env/drift: error}\\n' > .guard.yml; git add -A; git commit -qm team; "
     "git rm -q B/requirements.txt", "env/drift", "fix", "dvc repro --force B/dvc.yaml", "git add -A"),
]


def shell(text, folder, env):
    done = subprocess.run(["/bin/bash", "-c", text], cwd=folder, env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=300)
    return done.returncode, done.stdout.decode(errors="replace")


def proposed(said, rule, label):
    """The commands on the lines of this name that stand below findings of the rule."""
    found, within = [], False
    for line in said.splitlines():
        if not line.startswith(" "):
            within = line.endswith(f"[{rule}]")
        elif within and line.startswith(f"    {label}:"):
            words = line[len("    fix: "):].split("; or take the move back: ")[-1]
            found.append(words.removeprefix("to throw the change away: "))
    return found


def judge(story, place, start, env):
    """What is wrong with a story; nothing when its command mends."""
    title, break_it, rule, label, expected, after = story
    shutil.copytree(start, place / "reviews", symlinks=True)
    # The story may go on in a clone.
    code, said = shell(f"set -e; {break_it}; pwd", place / "reviews", env)
    if code:
        return f"{title}: it could not be told:\n{said}"
    folder = said.splitlines()[-1]
    _, said = shell("guard check --staged", folder, env)
    commands = proposed(said, rule, label)
    if commands != [expected]:
        return f"{title}: this was proposed: {commands}\n{said}"
    code, printed = shell(f"set -e; {commands[0]}; {after}", folder, env)
    if code:
        return f"{title}: the command failed:\n{printed}"
    code, said = shell("guard check --staged --strict", folder, env)
    return f"{title}: this is still found:\n{said}" if code or "0 errors" not in said else None
