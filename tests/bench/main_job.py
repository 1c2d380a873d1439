#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the main job costs, measured and never asserted: bench/main_job.py PROBITY [ROUNDS].

Wall time and peak memory of the demo and of a run against a provider in a process of its own, beside
`probity version` in the same rounds, which is what starting the program costs here."""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "live"))
from lab import Server  # noqa: E402


def measured(command):
    """(wall seconds, CPU seconds, peak resident MiB, exit code) of one process."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode


def medians(rows):
    return [statistics.median(column) for column in zip(*(row[:3] for row in rows))]


def main() -> int:
    probity = str(pathlib.Path(sys.argv[1]).resolve())
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    jobs = {"version": [], "demo, new kit": [], "demo, kit kept": [], "run": []}
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        with Server([probity, "provider", "--dir", str(root / "provider")], root, "provider", ready_line=True) as provider:
            url = provider.line.split()[1]
            run = [probity, "run", "-p", "gp-connect-provider", url, "--target", str(root / "provider/target.json"), "-o", str(root / "out")]
            demo = [probity, "demo", "-o", str(root / "demo")]
            for _ in range(rounds):
                shutil.rmtree(root / "demo", ignore_errors=True)
                jobs["version"].append(measured([probity, "version"]))
                jobs["demo, new kit"].append(measured(demo))
                jobs["demo, kit kept"].append(measured(demo))
                jobs["run"].append(measured(run))
        result = json.loads((root / "out/result.json").read_text())
    floor = medians(jobs["version"])
    print(f"medians of {rounds} rounds        wall s    x version   CPU s   peak MiB   x version   exit")
    for name, rows in jobs.items():
        wall, cpu, peak = medians(rows)
        codes = ",".join(sorted({str(row[3]) for row in rows}))
        print(f"{name:<26} {wall:8.3f} {wall / floor[0]:10.1f} {cpu:9.3f} {peak:9.1f} {peak / floor[2]:10.1f}    {codes}")
    asked = [check for check in result["checks"] if check["observations"]]
    print(f"run: {len(result['checks'])} checks, {len(asked)} of them asked, {result['requests_sent']} exchanges, "
          f"{result['connections_opened']} connections")
    return 0


if __name__ == "__main__":
    sys.exit(main())
