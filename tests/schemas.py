#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every shipped file against its JSON Schema, with a validator that is not ours; and what a run
writes. Mistakes planted on purpose must be found."""

import copy
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

SCHEMAS = {
    "specs": "specification",
    "suites": "suite",
    "profiles": "profile",
    "faults": "faults",
}


def load(path):
    return json.loads(pathlib.Path(path).read_text())


def validator(path):
    schema = load(path)
    cls = jsonschema.validators.validator_for(schema)
    cls.check_schema(schema)
    return cls(schema)


def main() -> int:
    root, probity = pathlib.Path(sys.argv[1]), sys.argv[2]
    schemas = {p.name.removesuffix(".schema.json"): validator(p) for p in (root / "profiles/schema").glob("*.json")}
    schemas["result"] = validator(root / "reports/result.schema.json")
    problems, checked = [], 0

    def check(kind, path, document):
        nonlocal checked
        checked += 1
        for error in schemas[kind].iter_errors(document):
            problems.append(f"{path}: {error.json_path}: {error.message}")

    for folder, kind in SCHEMAS.items():
        files = sorted((root / "profiles" / folder).glob("*.json"))
        if not files:
            problems.append(f"profiles/{folder}: no files")
        for path in files:
            document = load(path)
            check(kind, path.relative_to(root), document)
            planted = copy.deepcopy(document)
            planted["no-such-key"] = 1
            if schemas[kind].is_valid(planted):
                problems.append(f"{kind}: an unknown key is not found")
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "out"
        subprocess.run([probity, "demo", "-o", str(out), "--fault", "ignores-exp"], capture_output=True, check=False)
        for kind, path in (("result", out / "result.json"), ("kit", out / "provider/kit.json"), ("target", out / "provider/target.json")):
            check(kind, path.name, load(path))
        blocked = pathlib.Path(scratch) / "blocked"
        subprocess.run([probity, "run", "-p", "no-such-profile", "https://localhost", "-o", str(blocked)], capture_output=True, check=False)
        check("result", "result.json of a run that could not begin", load(blocked / "result.json"))
    print("\n".join(problems) or f"{checked} files are valid")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
