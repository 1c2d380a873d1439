#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Client certificates against real servers, each conformant and each broken in one way at a time.
Prints what was caught where, as a table; fails when a flaw is missed, or anything else turns red.

    identity_matrix.py PROBITY [SERVER...]      servers by the beginning of their names
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from lab import Lab, not_met, verdicts  # noqa: E402
from servers import FLAWS, KINDS, NOT_MET  # noqa: E402


def probe(probity, lab, kind, port, folder):
    """Runs the identity suite and returns (exit code, result.json, what it said)."""
    target, url = lab.target(port, port, folder)
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    command = [probity, "run", "-p", kind.profile, url, "--target", str(target), "--suite", "identity", "-o", str(out), "--timeout", "3s"]
    for glob in kind.skips:
        command += ["--skip", glob]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.returncode, json.loads((out / "result.json").read_text()), done.stdout + done.stderr


def problems_of(flaw, outcome):
    code, result, said = outcome
    wanted = NOT_MET[flaw]
    problems = []
    if not_met(result) != wanted:
        problems.append(f"not met: {sorted(not_met(result))}, expected {sorted(wanted)}")
    if verdicts(result, "inconclusive"):
        problems.append(f"open: {verdicts(result, 'inconclusive')}")
    at_13 = {c["cause"] for c in result["checks"] if c["id"].startswith("identity.rejects-") and c["id"].endswith("-over-tls-1-3")}
    if ("not-applicable" in at_13) != (flaw != "TLS 1.3 besides"):
        problems.append("what was asked at TLS 1.3 does not fit the versions spoken")
    if code != (1 if wanted else 0):
        problems.append(f"exit {code}")
    if problems:
        problems += [f"  {check}: {text}" for check, text in verdicts(result, "fail").items()] + [said.strip()[-600:]]
    return problems


def cell(flaw, result):
    rows = sorted(not_met(result))
    return ", ".join(row.removeprefix("GPC-") for row in rows) if rows else "MISSED" if NOT_MET[flaw] else "green"


def print_table(cells, kinds):
    print("| configured | " + " | ".join(kind.name for kind in kinds) + " |")
    print("| --- " * (len(kinds) + 1) + "|")
    for flaw in FLAWS:
        print(f"| {flaw} | " + " | ".join(cells.get((kind.name, flaw), "cannot") for kind in kinds) + " |")


def main() -> int:
    probity = str(pathlib.Path(sys.argv[1]).resolve())
    wanted = [name.lower() for name in sys.argv[2:]]
    kinds = [kind for kind in KINDS if not wanted or any(kind.name.lower().startswith(name) for name in wanted)]
    cells, problems, warned, runs, began = {}, [], {}, [], time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        lab = Lab(probity, scratch)
        try:
            for number, make in enumerate(kinds):
                kind = make(lab, pathlib.Path(scratch) / f"server{number}")
                try:
                    for flaw in kind.flaws:
                        server, port = kind.start(flaw)
                        try:
                            folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
                            start = time.monotonic()
                            outcome = probe(probity, lab, kind, port, folder)
                            runs.append(time.monotonic() - start)
                        finally:
                            if server:
                                server.stop()
                        cells[kind.name, flaw] = cell(flaw, outcome[1])
                        problems += [f"{kind.name}, {flaw}: {line}" for line in problems_of(flaw, outcome)]
                        if flaw == "conformant":
                            warned[kind.name] = verdicts(outcome[1], "warn")
                finally:
                    kind.stop()
        finally:
            lab.close()
    print_table(cells, kinds)
    print()
    for name, checks in warned.items():
        for check, text in checks.items():
            print(f"{name} warns: {check}: {text}")
    print(f"{len(runs)} runs, {max(runs):.2f} s the longest, {time.monotonic() - began:.0f} s in all")
    print("\n".join(problems) or "every flaw found, nothing else red")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
