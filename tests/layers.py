#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Includes point down the floors only (src/README.md); fails with each include that does not."""

import pathlib
import re
import sys

# What each floor may include besides itself.
ALLOWED = {
    "base": set(),
    "model": {"base"},
    "pki": {"base", "model"},
    "token": {"base", "model"},
    "profile": {"base", "model"},
    "wire": {"base", "model", "pki", "token", "profile"},
    "probes": {"base", "model"},
    "report": {"base", "model"},
    "demo": {"base", "model", "pki", "token", "profile", "wire"},
    "run": {"base", "model", "pki", "token", "profile", "wire", "probes", "report", "demo"},
    "cli": {"base", "model", "pki", "token", "profile", "wire", "probes", "report", "demo", "run"},
}
# Libraries that only some floors, or some files, may see.
LIBRARIES = {
    "openssl/": {"wire", "pki", "demo"},
    "curl/": {"wire"},
    "httplib": {"demo"},
    "CLI/": {"cli"},
}
CLI11_FILES = {"cli/arguments.cpp"}  # it costs seconds of compile time: included once
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def broken(root: pathlib.Path):
    for path in sorted(root.rglob("*.?pp")):
        here = path.relative_to(root)
        floor = here.parts[0]
        if floor not in ALLOWED:
            yield f"{here}: {floor} is not a floor"
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            quote, name = found.groups()
            for library, floors in LIBRARIES.items():
                if name.startswith(library) and floor not in floors:
                    yield f"{here}:{number}: <{name}> may be included in {sorted(floors)} only"
            if name.startswith("CLI/") and str(here) not in CLI11_FILES:
                yield f"{here}:{number}: <{name}> is included in {sorted(CLI11_FILES)} only"
            if quote != '"':
                continue
            other = name.split("/")[0]
            if "/" not in name or other not in ALLOWED:
                yield f'{here}:{number}: "{name}" must be written from src/, as "floor/file.hpp"'
            elif other != floor and other not in ALLOWED[floor]:
                yield f"{here}:{number}: {floor} may not include {other}"


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    files = list(root.rglob("*.?pp"))
    if not files:
        print(f"no sources under {root}")
        return 1
    problems = list(broken(root))
    print("\n".join(problems) or f"{len(files)} files, every include points down")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
