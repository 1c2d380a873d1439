#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The curl lines of a report, pasted into a shell: each draws the answer that the report shows, with
tokens made by `probity token` and no secret in the line."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CHECKS = ["headers.rejects-missing-ssp-to", "headers.rejects-empty-ssp-from", "headers.accepts-lower-case-names", "token.rejects-expired",
          "token.rejects-null-aud", "token.rejects-not-base64url", "token.rejects-duplicate-sub", "token.rejects-signed-with-weak-key",
          "token.rejects-standard-alphabet", "token.rejects-token-in-query", "token.accepts-other-scripts",
          "token.rejects-practitioner-without-id-on-patient-search", "scope.rejects-unknown-word", "interactions.rejects-post",
          "interactions.rejects-path-in-other-case", "token.rejects-foreign-sub"]


def main() -> int:
    probity = pathlib.Path(sys.argv[1]).resolve()
    problems = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        provider = subprocess.Popen([probity, "provider", "--dir", folder / "kit", "--fault", "ignores-sub"], stdout=subprocess.PIPE, text=True)
        try:
            provider.stdout.readline()
            target = folder / "kit/target.json"
            subprocess.run([probity, "run", "-p", "gp-connect-provider", "--target", target, "--only", ",".join(CHECKS), "-o", folder / "out", "-q"],
                           capture_output=True, timeout=60)
            result = json.loads((folder / "out/result.json").read_text())
            number = json.loads(target.read_text())["patient"]["nhs_number"]
            environment = {**os.environ, "PATH": f"{probity.parent}:{os.environ['PATH']}", "NHS_NUMBER": number}
            status = {seen["id"]: seen["status"] for seen in result["observations"]}
            found = {check["id"]: check for check in result["checks"]}
            for name in CHECKS:
                lines = [line for line in found[name]["reproduce"] if line.startswith("curl ")]
                if len(lines) != 1:
                    problems.append(f"{name}: {len(lines)} curl lines")
                    continue
                if re.search(r"eyJ|BEGIN|" + number, lines[0]):
                    problems.append(f"{name}: a token, a key or a patient in the line")
                done = subprocess.run(["bash", "-c", lines[0]], capture_output=True, text=True, env=environment, cwd=folder, timeout=30)
                seen = re.search(r"^HTTP/1.1 (\d+)", done.stdout)
                wanted = status[f"{name}-1"]
                if not seen or int(seen[1]) != wanted:
                    problems.append(f"{name}: {seen and seen[1]}, the report says {wanted}: {done.stderr.strip()[:300]}\n  {lines[0][:300]}")
        finally:
            provider.terminate()
            provider.wait()
    print("\n".join(problems) or f"{len(CHECKS)} lines, each answered as the report says")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
