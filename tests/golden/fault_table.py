#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The golden table of src/README.md, idea 5, for each service of the reference provider: each fault of the reference provider turns exactly its
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


# The profile each service of the reference provider is judged by.
PROFILES = {"gp-connect": "gp-connect-provider", "gp-connect-0.x": "gp-connect-provider-0.x", "nrl": "nrl"}
# Its checks are those of gp-connect and are reddened there; only a sample of them is here.
SAMPLED = "gp-connect-provider-0.x"


# What a fault that needs it is shown with.
ALLOW = {"": [], "intrusive": ["--allow", "intrusive", "--authorisation", "the golden table"], "dos": ["--allow", "dos", "--authorisation", "the golden table"]}


def demo(probity, folder, faults, kit=None, profile="gp-connect-provider", needs=""):
    """Runs the demo and returns (exit code, result.json, stderr)."""
    if kit:  # minted once: the provider keeps a kit that is good
        shutil.copytree(kit, folder / "provider")
    command = [probity, "demo", "-p", profile, "-o", str(folder), "--quiet", "--timeout", "2s", *ALLOW[needs]]
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


def check_service(probity, root, profile, faults, whole):
    """The problems of one service: its sound provider, its faults, and checks that no fault reddens."""
    must = {row["id"] for row in listed(probity, "requirements") if row["level"] == "MUST"}
    problems = []
    code, result, stderr = demo(probity, root / "sound", [], profile=profile)
    if code != 0:
        problems.append(f"sound provider: exit {code}: {stderr}")
    bad = {i: v for i, v in not_pass(result).items() if v != "skipped"}
    if bad:
        problems.append(f"sound provider: {bad}")
    sounds = {"": not_pass(result)}
    for needs in {fault["needs"] for fault in faults} - {""}:
        code, allowed, stderr = demo(probity, root / f"sound-{needs}", [], root / "sound" / "provider", profile, needs)
        sounds[needs] = not_pass(allowed)
        bad = {i: v for i, v in sounds[needs].items() if v != "skipped"}
        if code != 0 or bad:
            problems.append(f"sound provider with --allow {needs}: exit {code}, {bad}: {stderr}")
    with concurrent.futures.ThreadPoolExecutor(LANES) as lanes:
        outcomes = lanes.map(lambda fault: demo(probity, root / fault["id"], [fault["id"]], root / "sound" / "provider", profile, fault["needs"]), faults)
        for fault, outcome in zip(faults, outcomes):
            problems += [f"{fault['id']}: {line}" for line in compare(fault, outcome, sounds[fault["needs"]], must)]
    if whole:
        reddened = {check for fault in faults for check in fault["checks"]}
        known = {check["id"] for check in result["checks"]}
        unasked = {c for c, v in sounds[""].items() if is_manual(result, c) or profile == SAMPLED}
        for check in sorted(known - reddened - unasked):
            problems.append(f"{check}: no fault turns it red")
        for check in sorted(reddened - known):
            problems.append(f"{check}: named by a fault, but no check")
    return [f"{profile}: {problem}" for problem in problems]


def main() -> int:
    probity, words = sys.argv[1], sys.argv[2:]  # faults, services or both; none: everything
    services = [word for word in words if word in PROFILES] or list(PROFILES)
    wanted = [word for word in words if word not in PROFILES]
    faults = listed(probity, "faults")
    problems, count = [], 0
    for service in services:
        profile = PROFILES[service]
        chosen = [fault for fault in faults if fault["service"] == service and (not wanted or fault["id"] in wanted)]
        if not chosen:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            problems += check_service(probity, pathlib.Path(scratch), profile, chosen, not wanted)
        count += len(chosen)
    print("\n".join(problems) or f"{count} faults, each red where it must be and nowhere else")
    return 1 if problems or not count else 0


if __name__ == "__main__":
    sys.exit(main())
