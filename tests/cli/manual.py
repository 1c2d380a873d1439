#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The man page against the program: every command, option and exit code is in it, and it
names no option that does not exist."""

import pathlib
import re
import subprocess
import sys


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main() -> int:
    root, probity = pathlib.Path(sys.argv[1]), sys.argv[2]
    page = (root / "man/probity.1").read_text().replace("\\-", "-")
    commands = re.findall(r"^  (\w+)", output(probity, "help").split("Commands\n")[1].split("\n\n")[0], re.M)
    problems = []
    options = {"help"}
    for command in commands:
        text = output(probity, command, "--help")
        options |= set(re.findall(r"--([a-z][a-z0-9-]+)(?: |$)", "\n".join(l for l in text.splitlines() if re.match(r"  (-\w, |    )--", l)), re.M))
        if f".B probity {command}" not in page and f"\\fBprobity {command}\\fR" not in page:
            problems.append(f"the man page lacks the command {command}")
    for option in sorted(options):
        if f"--{option}" not in page:
            problems.append(f"the man page lacks --{option}")
    for option in sorted(set(re.findall(r"--([a-z][a-z0-9-]+)", page)) - options):
        problems.append(f"the man page names --{option}, which does not exist")
    for code in re.findall(r"^ +(\d+)  ", output(probity, "help", "exit-codes"), re.M):
        if not re.search(rf"^\.B {code}$", page, re.M):
            problems.append(f"the man page lacks exit code {code}")
    print("\n".join(problems) or f"{len(commands)} commands, {len(options)} options, all in the man page")
    return 1 if problems or len(commands) < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
