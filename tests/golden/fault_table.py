#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The golden table of design.md 1, idea 5: each fault of the reference provider turns exactly its
checks and requirements red, and every check that can pass is turned red by some fault."""

import concurrent.futures
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

LANES = 3  # demos at a time; each is one process with its own provider


def listed(probity, what, *more):
    done = subprocess.run([probity, "list", what, "--json", *more], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def demo(probity, folder, faults, kit=None):
    """Runs the demo and returns (exit code, result.json, stderr)."""
    if kit:  # minted once: the provider keeps a kit that is good
        shutil.copytree(kit, folder / "provider")
    command = [probity, "demo", "-o", str(folder), "--quiet", "--timeout", "2s"]
    for fault in faults:
        command += ["--fault", fault]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    result = json.loads((folder / "result.json").read_text())
    return done.returncode, result, done.stderr


def not_pass(result):
    return {check["id"]: check["verdict"] for check in result["checks"] if check["verdict"] != "pass"}


def not_met(result):
    return {row["id"] for row in result["requirements"] if row["verdict"] == "not-met"}


def is_manual(result, check):
    return any(c["id"] == check and c["cause"] == "manual" for c in result["checks"])


def expected_exit(fault, result, must):
    if set(fault["requirements"]) & must:
        return {1}
    undecided = any(check["verdict"] == "inconclusive" for check in result["checks"])
    return {2} if undecided else {0}


def compare(fault, outcome, sound, must):
    code, result, stderr = outcome
    problems = []
    wanted = set(fault["checks"])
    # What the sound provider gives no ground to judge (skipped) may be judged of a faulty one.
    got = {check for check, verdict in not_pass(result).items() if sound.get(check) != verdict}
    if got != wanted:
        problems.append(f"checks: too many {sorted(got - wanted)}, missing {sorted(wanted - got)}")
    rows = not_met(result)
    if rows != set(fault["requirements"]):
        problems.append(f"not met: {sorted(rows)}, expected {sorted(fault['requirements'])}")
    if code not in expected_exit(fault, result, must):
        problems.append(f"exit {code}, expected {expected_exit(fault, result, must)}: {stderr.strip()}")
    return problems


def main() -> int:
    probity = sys.argv[1]
    wanted = sys.argv[2:]
    faults = listed(probity, "faults")
    must = {row["id"] for row in listed(probity, "requirements") if row["level"] == "MUST"}
    problems = []
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        code, result, stderr = demo(probity, root / "sound", [])
        if code != 0:
            problems.append(f"sound provider: exit {code}: {stderr}")
        bad = {i: v for i, v in not_pass(result).items() if v != "skipped"}
        if bad:
            problems.append(f"sound provider: {bad}")
        sound = not_pass(result)
        chosen = [fault for fault in faults if not wanted or fault["id"] in wanted]
        with concurrent.futures.ThreadPoolExecutor(LANES) as lanes:
            outcomes = lanes.map(lambda fault: demo(probity, root / fault["id"], [fault["id"]], root / "sound" / "provider"), chosen)
            for fault, outcome in zip(chosen, outcomes):
                problems += [f"{fault['id']}: {line}" for line in compare(fault, outcome, sound, must)]
        if not wanted:
            reddened = {check for fault in faults for check in fault["checks"]}
            known = {check["id"] for check in result["checks"]}
            for check in sorted(known - reddened - {c for c, v in sound.items() if is_manual(result, c)}):
                problems.append(f"{check}: no fault turns it red")
            for check in sorted(reddened - known):
                problems.append(f"{check}: named by a fault, but no check")
    print("\n".join(problems) or f"{len(chosen)} faults, each red where it must be and nowhere else")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
