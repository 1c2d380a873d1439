#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""profiles/official-suite.md against the check ids: every name in it is a check of a GP Connect
profile, every row has one or a reason, and no feature of the official suite has lost its rows."""

import fnmatch
import json
import pathlib
import re
import subprocess
import sys

# Scenarios of each feature as the official suite has them, merged where one row says several.
LEAST = {"Security": 11, "SSP": 3, "JWT": 22, "JWT 0.7.4": 13, "SpineSecurityProxy 0.7.4": 5, "Http": 3,
         # The rules of the token, as the table behind the scenarios has them.
         "Token, place": 5, "Token, parts": 3, "Token, encoding": 2, "Token, JSON": 3, "Token, header": 3, "Token, signature": 2, "Token, claims": 1,
         "Token, times": 4, "Token, aud": 2, "Token, resources": 3, "Token, size": 2, "Scope, values": 2, "Scope, table": 2}


def ids_of(probity, profile):
    done = subprocess.run([probity, "list", "checks", "-p", profile, "--json"], capture_output=True, text=True, check=True)
    return [check["id"] for check in json.loads(done.stdout)]


def main() -> int:
    root, probity = pathlib.Path(sys.argv[1]), sys.argv[2]
    ids = ids_of(probity, "gp-connect-provider") + ids_of(probity, "gp-connect-provider-0.x")
    problems, counts = [], {}
    for line in (root / "profiles/official-suite.md").read_text().splitlines():
        if not line.startswith("| ") or line.startswith("| feature"):
            continue
        feature, scenario, covered = (cell.strip() for cell in line.strip("|").split("|"))
        counts[feature] = counts.get(feature, 0) + 1
        names = re.findall(r"`([^`]+)`", covered)
        for name in names:
            if not fnmatch.filter(ids, name):
                problems.append(f"{feature}: {scenario}: {name} is no check")
        if not names and not covered.startswith("none: "):
            problems.append(f"{feature}: {scenario}: neither a check nor a reason")
    for feature, least in LEAST.items():
        if counts.get(feature, 0) < least:
            problems.append(f"{feature}: {counts.get(feature, 0)} rows, {least} scenarios")
    print("\n".join(problems) or f"{sum(counts.values())} scenarios, each covered or with its reason")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
