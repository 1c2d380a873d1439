#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a target answers may be anything: HTML, nothing, a hundred megabytes, a compressed bomb, a header without
end, a firewall's page. Each run ends in time and in little memory, says in one line what it met, and nothing
passes for it. The answers come from peer.py: to everything, or to requests without a token only."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "live"))
from lab import Server  # noqa: E402

PROBITY = None
CHECK = "token.rejects-absent"
MOST_SECONDS = 30      # the machine may be busy; a hang would be ten minutes
MOST_KILOBYTES = 150 * 1024
SANITIZER_TAKES = 6  # times as much


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.scratch.name)
        cls.kit = cls.folder / "kit"
        subprocess.run([PROBITY, "credentials", "mint", str(cls.kit), "--fqdn", "ssp.example.nhs.uk"], check=True, capture_output=True)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def run_on(self, url, *more):
        """(exit code, result.json, lines on stdout), within the limits of time and memory."""
        out = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "out"
        began = time.monotonic()
        with open(out.with_suffix(".txt"), "w+", encoding="utf-8") as shown:
            run = subprocess.Popen([PROBITY, "run", "-p", "gp-connect-provider", url, "-o", str(out), "--timeout", "2s", "--no-progress", *more],
                                   stdout=shown, stderr=subprocess.STDOUT)
            _, status, used = os.wait4(run.pid, 0)
            run.returncode = os.waitstatus_to_exitcode(status)
            shown.seek(0)
            lines = shown.read().splitlines()
        self.assertLess(time.monotonic() - began, MOST_SECONDS)
        sanitized = b"__asan_init" in pathlib.Path(PROBITY).read_bytes()
        self.assertLess(used.ru_maxrss, MOST_KILOBYTES * (SANITIZER_TAKES if sanitized else 1))
        return run.returncode, json.loads((out / "result.json").read_text()), lines

    def against(self, mode, *more):
        with Server([sys.executable, str(HERE / "peer.py"), mode, str(self.kit)], self.folder, mode, ready_line=True) as peer:
            return self.run_on(f"https://127.0.0.1:{peer.line}/root", "--kit", str(self.kit), *more)

    def found(self, result, check=CHECK):
        return next(c for c in result["checks"] if c["id"] == check)


class ToTheControl(Case):
    """Answers that are no good request's: the control says so, and nothing behind it is judged."""

    def test_nothing_passes_and_the_first_line_says_why(self):
        for mode, says in (("html", "HTTP 200"), ("empty", "HTTP 200"), ("invalid-json", "HTTP 200"), ("huge", "HTTP 200"), ("bomb", "HTTP 200"),
                           ("endless-body", "HTTP 200"), ("endless-header", "HTTP 200"), ("endless-headers", "HTTP 200"),
                           ("redirect", "HTTP 302"), ("firewall", "HTTP 403"), ("other-product", "HTTP 400")):
            with self.subTest(mode):
                code, result, lines = self.against(f"{mode}-always", "--suite", "token,headers,scope")
                self.assertEqual(code, 2, lines)
                self.assertIn(f"the known-good request (metadata) was not accepted: {says}", lines[0])
                checks = [c for c in result["checks"] if c["suite"] in ("token", "headers", "scope")]
                self.assertEqual({c["verdict"] for c in checks} - {"skipped"}, {"inconclusive"})
                self.assertEqual({c["cause"] for c in checks if c["verdict"] == "inconclusive"}, {"control"})

    def test_a_redirect_is_not_followed(self):
        _, result, _ = self.against("redirect-always", "--suite", "token")
        self.assertEqual(len([o for o in result["observations"] if o["exchange"]["kind"] == "http"]), 1)

    def test_a_wrong_content_type_is_a_finding_of_its_own(self):
        _, result, lines = self.against("wrong-type-always", "--only", "interactions.answers-in-fhir")
        found = self.found(result, "interactions.answers-in-fhir")
        self.assertEqual((found["verdict"], found["cause"]), ("warn", "assertion"), lines)   # the rule is a SHOULD
        self.assertIn("text/plain", found["observed"])


class ToTheMutation(Case):
    """The good request is answered well, and the one without a token with this."""

    def test_verdicts(self):
        for mode, code, verdict, cause, says in (
                ("html", 1, "fail", "assertion", "the request was served"),
                ("empty", 1, "fail", "assertion", "the request was served"),
                ("invalid-json", 1, "fail", "assertion", "the request was served"),
                ("huge", 1, "fail", "assertion", "the request was served"),
                ("bomb", 1, "fail", "assertion", "the request was served"),
                ("endless-body", 1, "fail", "assertion", "the request was served"),
                ("endless-header", 1, "fail", "assertion", "the request was served"),
                ("redirect", 2, "inconclusive", "ambiguous", "redirects are never followed"),
                ("own-html", 0, "warn", "deviation", "refused, but not as specified"),
                ("firewall", 2, "inconclusive", "network", "the provider was not reached"),
                ("other-product", 2, "inconclusive", "network", "another product answered (Server: other/2.0; to the good request Server: application/1.0)")):
            with self.subTest(mode):
                got, result, lines = self.against(mode, "--only", CHECK)
                found = self.found(result)
                self.assertEqual((got, found["verdict"], found["cause"]), (code, verdict, cause), lines)
                self.assertIn(says, found["because"])


class Clocks(Case):
    def test_a_clock_that_is_off_is_said_once_and_excuses_what_it_explains(self):
        code, result, lines = self.against("clock-always", "--only", "token.rejects-expired,token.rejects-expired-a-minute-ago")
        self.assertEqual(len([line for line in lines if "target's clock is" in line and "seconds behind ours" in line]), 1, lines)
        self.assertEqual(len([note for note in result["run"]["notes"] if "clock" in note]), 1)
        late = self.found(result, "token.rejects-expired-a-minute-ago")
        self.assertEqual((late["verdict"], late["cause"]), ("inconclusive", "ambiguous"))
        self.assertIn("clock", late["because"])
        # Five minutes are more than four: its clock is no excuse for that.
        self.assertEqual((code, self.found(result, "token.rejects-expired")["verdict"]), (1, "fail"))


class WrongTargetFile(Case):
    def test_records_that_are_not_there(self):
        with Server([PROBITY, "provider", "--dir", str(self.folder / "provider")], self.folder, "provider", ready_line=True) as provider:
            path = self.folder / "provider/target.json"
            target = json.loads(path.read_text())
            target["patient"]["id"] = "no-such-patient"
            path.write_text(json.dumps(target))
            url = provider.line.split()[1]
            code, result, lines = self.run_on(url, "--target", str(path), "--only", "token.rejects-absent,token.rejects-absent-on-patient-read")
            self.assertEqual(code, 0, lines)
            self.assertEqual(self.found(result)["verdict"], "pass")
            wrong = self.found(result, "token.rejects-absent-on-patient-read")
            self.assertEqual((wrong["verdict"], wrong["cause"]), ("skipped", "not-applicable"))
            self.assertIn("HTTP 404", wrong["observed"])
            said = subprocess.run([PROBITY, "doctor", url, "--target", str(path)], capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(said.returncode, 2)
            self.assertRegex(said.stdout, r"(?m)^NO +control patient-read +HTTP 404")
            self.assertRegex(said.stdout, r"(?m)^ok +control patient-search")


if __name__ == "__main__":
    PROBITY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
