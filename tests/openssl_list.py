#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The suites written out in the profile against the local OpenSSL's own expansion of the list."""

import json
import pathlib
import subprocess
import sys

GROUPS = {
    "group_aesgcm_eecdh": "AESGCM+EECDH",
    "group_aesgcm_edh": "AESGCM+EDH",
    "group_aes256_eecdh": "AES256+EECDH",
    "group_aes256_edh": "AES256+EDH",
    "allowed_suites": "AESGCM+EECDH:AESGCM+EDH:AES256+EECDH:AES256+EDH",
}


def expansion(words):
    done = subprocess.run(["openssl", "ciphers", "-stdname", "-s", "-tls1_2", words + ":!aNULL:!PSK:!SRP:@SECLEVEL=0"],
                          capture_output=True, text=True, check=True)
    return {line.split()[0] for line in done.stdout.splitlines()}


def main() -> int:
    profile = json.loads(pathlib.Path(sys.argv[1], "profiles/profiles/gp-connect-provider.json").read_text())
    problems = []
    for parameter, words in GROUPS.items():
        ours, theirs = set(profile["parameters"][parameter]), expansion(words)
        # OpenSSL marks DSS suites as unsupported without a DSS method; -s leaves out what cannot be used.
        theirs |= {name for name in ours if "_DSS_" in name}
        if ours != theirs:
            problems.append(f"{parameter}: only here {sorted(ours - theirs)}, only in OpenSSL {sorted(theirs - ours)}")
    print("\n".join(problems) or "the profile's suites are OpenSSL's expansion")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
