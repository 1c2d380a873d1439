#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""man/probity-checks.5 against the program: every mutation word and every expectation is in it with
an example that loads, each token word's example changes the token, and the rule of one's own that
the page shows turns red on the fault it was written for, and on no other."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile


def examples(page):
    """The JSON between .EX and .EE."""
    return [json.loads(text) for text in re.findall(r"^\.EX\n(.*?)\n\.EE", page, re.M | re.S)]


def suite(rows):
    checks = [
        {"id": f"token.example-{n}", "title": "An example", "cites": ["GPC-CON-8"], "probe": "request",
         "with": {"interaction": "metadata", "mutate": mutate}, "expect": expect, "severity": "low", "risk": "read"}
        for n, (mutate, expect) in enumerate(rows)]
    return {"schema": "probity.suite/1", "suite": "token", "title": "Examples", "checks": checks}


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120)


def check_words(probity, shown, schema, folder):
    problems = []
    mutations = [example for example in shown if "op" in example]
    words = schema["$defs"]["mutation"]["properties"]["op"]["anyOf"][0]["enum"]
    for word in sorted(set(words) ^ {example["op"] for example in mutations}):
        problems.append(f"{word}: in the schema or in the page, not in both")
    expectations = [example for example in shown if len(example) == 1 and "op" not in example]
    for word in schema["$defs"]["expect"]["properties"]:
        if not any(word in example for example in expectations):
            problems.append(f"expectation {word}: no example in the page")
    rows = [([mutation], {"noted": {}}) for mutation in mutations] + [([], expect) for expect in expectations]
    (folder / "examples.json").write_text(json.dumps(suite(rows)))
    loaded = run(probity, "list", "checks", "-p", "gp-connect-provider", "--checks", folder / "examples.json", "--json")
    if loaded.returncode != 0:
        problems.append(f"the examples do not load: {loaded.stderr}")
    claims = json.dumps({"iss": "a", "sub": "b", "aud": "c", "requested_scope": "d", "requesting_device": {"identifier": [1]},
                         "requesting_organization": {"identifier": [{"value": "e"}]}})
    good = run(probity, "token", "--now", "2026-01-01T00:00:00Z", "--claims", claims)
    for mutation in mutations:
        if not mutation["op"].startswith("token."):
            continue
        other = run(probity, "token", "--now", "2026-01-01T00:00:00Z", "--claims", claims, "--mutate", json.dumps(mutation))
        if other.returncode != 0 or other.stdout == good.stdout:
            problems.append(f"{mutation['op']}: the example changes nothing: {other.stderr}")
    return problems


def check_own_rule(probity, shown, folder):
    own = next(example for example in shown if example.get("schema") == "probity.suite/1")
    (folder / "own.json").write_text(json.dumps(own))
    wanted = own["checks"][0]["id"]
    problems = []
    for fault, verdict in [(None, "pass"), ("ignores-reason", "fail"), ("ignores-aud", "pass")]:
        out = folder / str(fault)
        done = run(probity, "demo", "--checks", folder / "own.json", "--only", wanted, "-o", out, "-q", *(["--fault", fault] if fault else []))
        found = {check["id"]: check["verdict"] for check in json.loads((out / "result.json").read_text())["checks"]}
        if found.get(wanted) != verdict:
            problems.append(f"{wanted} with fault {fault}: {found.get(wanted)}, expected {verdict}: {done.stderr}")
    return problems


def check_mistakes(probity, folder):
    """Unknown words name the nearest known one, and say where they stand."""
    problems = []
    for mutate, expect, says in [
        ([{"op": "token.claim.remov", "name": "exp"}], {"noted": {}}, "token.claim.remove"),
        ([{"op": "token.parts", "value": "tow"}], {"noted": {}}, "two"),
        ([{"op": "token.damage", "name": "body", "value": "flipped"}], {"noted": {}}, "header"),
        ([{"op": "token.claim.set", "name": "/a~2", "value": 1}], {"noted": {}}, "JSON pointer"),
        ([{"op": "header.set", "name": "Ssp-To", "value": "{asid.othr}"}], {"noted": {}}, "asid.other"),
        ([], {"refuse": {}}, "refused"),
    ]:
        (folder / "wrong.json").write_text(json.dumps(suite([(mutate, expect)])))
        done = run(probity, "list", "checks", "-p", "gp-connect-provider", "--checks", folder / "wrong.json")
        if done.returncode != 65 or says not in done.stderr or "wrong.json#/checks/0" not in done.stderr:
            problems.append(f"{mutate} {expect}: exit {done.returncode}: {done.stderr}")
    return problems


def main() -> int:
    root, probity = pathlib.Path(sys.argv[1]), sys.argv[2]
    shown = examples((root / "man/probity-checks.5").read_text().replace("\\-", "-").replace("\\\\", "\\"))
    schema = json.loads((root / "profiles/schema/suite.schema.json").read_text())
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        problems = check_words(probity, shown, schema, folder)
        problems += check_own_rule(probity, shown, folder)
        problems += check_mistakes(probity, folder)
    print("\n".join(problems) or f"{len(shown)} examples, all as the program has them")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
