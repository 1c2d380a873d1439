#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The samples against the schemas we publish, with validators that are not ours.

check_samples.py REPORTS_FOLDER [XMLLINT]
"""

import copy
import json
import pathlib
import subprocess
import sys

import jsonschema


def errors_of(validator, value):
    return [f"result.json at {'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(value)]


# A schema that accepts everything validates everything: each of these must be refused.
SPOILED = [
    lambda r: r.pop("verdict"),
    lambda r: r.update(extra=1),
    lambda r: r["checks"][0].update(verdict="passed"),
    lambda r: r["checks"][0].update(level="must"),
    lambda r: r["facts"]["tls"]["protocols"].pop("SSLv2"),
    lambda r: r["observations"][0]["exchange"].update(kind="udp"),
    lambda r: r["run"].update(started="yesterday"),
    lambda r: r["coverage"]["must"].update(met=-1),
]


def check_json(folder):
    schema = json.loads((folder / "result.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    result = json.loads((folder / "samples/result.json").read_text())
    yield from errors_of(validator, result)
    for number, spoil in enumerate(SPOILED):
        spoilt = copy.deepcopy(result)
        spoil(spoilt)
        if validator.is_valid(spoilt):
            yield f"the schema accepts spoiled result {number}"


def check_junit(folder, xmllint):
    done = subprocess.run([xmllint, "--noout", "--schema", folder / "junit.xsd", folder / "samples/junit.xml"],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        yield done.stderr


def main():
    folder = pathlib.Path(sys.argv[1])
    problems = list(check_json(folder))
    if len(sys.argv) > 2:
        problems += check_junit(folder, sys.argv[2])
    print("\n".join(problems) or "the samples fit their schemas")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
