#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`probity target new` and `probity doctor`: the file that a tester begins with, and what says whether it works."""

import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "live"))
from lab import Server, free_ports  # noqa: E402

PROBITY = None
URL = "https://provider.example.nhs.uk/Z90001/STU3/1/gpconnect/fhir"


class Case(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = pathlib.Path(self.scratch.name)

    def probity(self, *arguments):
        return subprocess.run([PROBITY, *map(str, arguments)], capture_output=True, text=True, timeout=60, cwd=self.folder, stdin=subprocess.DEVNULL)

    def new(self, *more, code=0, says=()):
        done = self.probity("target", "new", URL, *more)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        for words in says:
            self.assertIn(words, done.stdout + done.stderr)
        return done


def facts_of(text):
    """The JSON of a target file without its comments."""
    without = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    return json.loads(re.sub(r",(\s*})", r"\1", without))


class New(Case):
    def test_from_flags(self):
        self.new("own.json", "--set", "patient.nhs_number=9434765919", "--set", "asid.to=200000000999", "--set", "ods_code=Z90001",
                 says=("own.json written, 3 facts given", "probity doctor --target own.json"))
        target = facts_of((self.folder / "own.json").read_text())
        self.assertEqual(target["url"], URL)
        self.assertEqual(target["patient"], {"nhs_number": "9434765919"})
        self.assertEqual(target["asid"], {"to": "200000000999"})
        self.assertEqual(target["ods_code"], "Z90001")

    def test_each_entry_says_what_it_unlocks(self):
        self.new()
        text = (self.folder / "target.json").read_text()
        for name, words in (("patient.nhs_number", "Patient search"), ("patient.id", "Patient read"), ("location.id", "Location read"),
                            ("slot.start", "Slot"), ("appointment.id", "Appointment read"), ("practitioner.sds_user_id", "Practitioner")):
            self.assertRegex(text, rf"(?m)^  // {re.escape(name)}: .*{words}")
        for key in ("bases", "plain_url", "kit", "server_ca", "about"):
            self.assertIn(f'"{key}"', text)

    def test_what_is_written_is_what_a_run_takes(self):
        self.new("--set", "patient.id=2")
        done = self.probity("plan", "-p", "gp-connect-provider", "--target", "target.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("patient-read", done.stdout)

    def test_a_file_that_is_there_is_spared(self):
        (self.folder / "target.json").write_text("mine")
        self.new(code=73, says=("target.json: is there already", "--force"))
        self.assertEqual((self.folder / "target.json").read_text(), "mine")
        self.new("--force")
        self.assertEqual(facts_of((self.folder / "target.json").read_text())["url"], URL)

    def test_mistakes(self):
        self.new("--set", "patient.nhs_numbr=1", code=64, says=("patient.nhs_numbr", "did you mean patient.nhs_number?"))
        self.new("--set", "patient.nhs_number", code=64, says=("NAME=VALUE",))
        done = self.probity("target", "new", "http://not-secure.example")
        self.assertEqual(done.returncode, 64, done.stderr)
        self.assertIn("https", done.stderr)
        done = self.probity("target", "make", URL)
        self.assertEqual(done.returncode, 64, done.stderr)
        self.assertEqual([p.name for p in self.folder.iterdir()], [])

    def test_values_are_quoted(self):
        self.new("--set", 'location.id=a"b\\c')
        self.assertEqual(facts_of((self.folder / "target.json").read_text())["location"], {"id": 'a"b\\c'})

    def test_it_asks_at_a_terminal(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execv(PROBITY, [PROBITY, "target", "new", URL])
        shown = b""
        while True:
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            shown += piece
            # One answer for the patient's number, an empty one for all else.
            for _ in range(piece.count(b"): ")):
                asked = shown.rstrip().rsplit(b"\n", 1)[-1]
                os.write(terminal, b"9434765919\n" if b"patient.nhs_number" in asked else b"\n")
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0, shown.decode(errors="replace"))
        self.assertEqual(facts_of((self.folder / "target.json").read_text())["patient"], {"nhs_number": "9434765919"})


class Doctor(Case):
    def test_each_control_once(self):
        with Server([PROBITY, "provider", "--dir", str(self.folder / "provider")], self.folder, "provider", ready_line=True) as provider:
            url = provider.line.split()[1]
            done = self.probity("doctor", url, "--target", self.folder / "provider/target.json")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        controls = re.findall(r"(?m)^ok +control (\S+)", done.stdout)
        self.assertEqual(len(controls), len(set(controls)))
        for name in ("metadata", "structured-metadata", "patient-search", "patient-read", "slot-search", "patient-appointments"):
            self.assertIn(name, controls)
        for what in ("profile", "credential valid", "connection", "TLS", "server certificate", "handshake"):
            self.assertRegex(done.stdout, rf"(?m)^ok +{what}")

    def test_what_is_not_given_is_said(self):
        with Server([PROBITY, "provider", "--dir", str(self.folder / "provider")], self.folder, "provider", ready_line=True) as provider:
            done = self.probity("doctor", provider.line.split()[1], "--kit", self.folder / "provider")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"(?m)^ok +control metadata")
        self.assertRegex(done.stdout, r"(?m)^-- +control patient-read +the target file does not give patient.id")

    def test_nobody_there(self):
        done = self.probity("doctor", f"https://127.0.0.1:{free_ports(1)[0]}")
        self.assertEqual(done.returncode, 69, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"(?m)^NO +connection")


if __name__ == "__main__":
    PROBITY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
