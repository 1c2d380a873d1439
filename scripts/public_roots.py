#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes profiles/data/public-roots.json: the subjects of the CAs in Debian's ca-certificates, by
which a target that asks its clients for certificates of public CAs is recognised. Names only; run
it again when the package changes."""

import json
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path("/usr/share/ca-certificates/mozilla")


def subject(path):
    done = subprocess.run(["openssl", "x509", "-in", str(path), "-noout", "-subject", "-nameopt", "RFC2253,-esc_msb"],
                          capture_output=True, text=True, check=True)
    return done.stdout.strip().removeprefix("subject=")


def main() -> int:
    version = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "ca-certificates"],
                             capture_output=True, text=True, check=True).stdout
    subjects = sorted({subject(path) for path in FOLDER.glob("*.crt")})
    if not subjects:
        print(f"{FOLDER} holds no certificates: apt-get install ca-certificates", file=sys.stderr)
        return 1
    data = {"schema": "probity.public-roots/1",
            "about": f"Subjects of the public CAs in Debian's ca-certificates {version}, as RFC 2253 text. "
                     "A target that asks clients for certificates of one of these trusts strangers.",
            "subjects": subjects}
    out = pathlib.Path(__file__).resolve().parent.parent / "profiles" / "data" / "public-roots.json"
    out.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    print(f"{len(subjects)} subjects")
    return 0


if __name__ == "__main__":
    sys.exit(main())
