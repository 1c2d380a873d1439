#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Certificates, keys and kits as they come out of mail boxes: each mistake is one clear line that
names the file and says what to do; what can be used all the same is used, with a note."""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import bad_input  # noqa: E402
from bad_input import PROFILE, Case  # noqa: E402


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Files(Case):
    def refused(self, code, words, *arguments):
        """`run` and `doctor` say the same line, and nothing is run."""
        out = self.out()
        self.assert_one_line(self.probity("run", *PROFILE, "https://localhost", *arguments, "-o", out), code, *words)
        self.assert_nothing_run(out, code)
        self.assert_one_line(self.probity("doctor", *arguments), code, *words)

    def test_a_truncated_pem(self):
        cut = self.folder / "cut.pem"
        cut.write_bytes((self.kit / "valid.pem").read_bytes()[:700])
        self.refused(65, ["cut.pem", "no END line", "copy the file again"], "--client-cert", cut, "--client-key", self.kit / "client-key.pem")
        cut.write_bytes((self.kit / "client-key.pem").read_bytes()[:700])
        self.refused(65, ["cut.pem", "no END line"], "--client-cert", self.kit / "valid.pem", "--client-key", cut)

    def test_der_given_as_pem(self):
        der = self.folder / "der.pem"
        openssl("x509", "-in", self.kit / "valid.pem", "-outform", "DER", "-out", der)
        self.refused(65, ["der.pem", "is DER", "openssl x509 -inform DER"], "--client-cert", der, "--client-key", self.kit / "client-key.pem")
        openssl("pkey", "-in", self.kit / "client-key.pem", "-outform", "DER", "-out", der)
        self.refused(65, ["der.pem", "is DER", "openssl pkey -inform DER"], "--client-cert", self.kit / "valid.pem", "--client-key", der)

    def test_a_pkcs12_file_without_a_key(self):
        p12 = self.folder / "keyless.p12"
        openssl("pkcs12", "-export", "-nokeys", "-in", self.kit / "valid.pem", "-passout", "pass:", "-out", p12)
        self.refused(65, ["keyless.p12", "no private key", "openssl pkcs12 -export"], "--client-p12", p12)

    def test_a_kit_that_names_absent_files(self):
        kit = self.kit_with()
        (kit / "expired.pem").unlink()
        words = ["kit.json#/credentials/1/cert", "not there", "expired.pem"]
        self.refused(65, words, "--kit", kit)
        self.assert_one_line(self.probity("credentials", "inspect", kit), 65, *words)

    # From here on: usable, with a note.

    def kit_with(self, **files):
        kit = self.out()
        shutil.copytree(self.kit, kit)
        for name, content in files.items():
            (kit / name.replace("_", ".")).write_bytes(content)
        return kit

    def notes(self, *arguments):
        done = self.probity("doctor", *arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return [line.split("note", 1)[1].strip() for line in done.stdout.splitlines() if line.startswith("--  note")]

    def test_a_sound_kit_has_no_notes(self):
        self.assertEqual(self.notes("--kit", self.kit), [])

    def test_a_chain_in_the_wrong_order(self):
        wrong = self.folder / "wrong-order.pem"
        wrong.write_text((self.kit / "chain.pem").read_text() + (self.kit / "valid.pem").read_text())
        notes = self.notes("--client-cert", wrong, "--client-key", self.kit / "client-key.pem")
        self.assertEqual(len([n for n in notes if "wrong-order.pem" in n and "wrong order" in n and "sent in the right one" in n]), 1, notes)

    def test_a_key_everybody_can_read(self):
        kit = self.kit_with()
        (kit / "client-key.pem").chmod(0o644)
        notes = self.notes("--kit", kit)
        self.assertEqual(len(notes), 1, notes)   # once, not for each of 25 credentials
        self.assertRegex(notes[0], r"everybody on this machine can read.*chmod 600")

    def test_a_crl_of_another_ca(self):
        other = self.out()
        done = self.probity("credentials", "mint", other, "--fqdn", "ssp.example.nhs.uk")
        self.assertEqual(done.returncode, 0, done.stderr)
        kit = self.kit_with(crl_pem=(other / "crl.pem").read_bytes())
        done = self.probity("credentials", "inspect", kit)
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr + done.stdout, r"note: \S*crl\.pem: the CRL of Test SubCA \w+ was not issued by a CA of this kit")
        self.assertRegex(done.stderr + done.stdout, r"no CRL of Test SubCA \w+; a server that checks the whole chain refuses everyone")
        done = self.probity("plan", *PROFILE, "https://localhost", "--kit", kit)
        line = next(line for line in done.stdout.splitlines() if line.strip().startswith("identity.rejects-revoked "))
        self.assertIn("holds no CRL of its issuer", line)   # its checks are skipped: nothing would prove it revoked

    def test_a_crl_that_has_expired(self):
        done = self.probity("credentials", "inspect", self.kit, "--now", "2030-01-01T00:00:00Z")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(len(re.findall(r"crl\.pem: the CRL of Test (?:Root|Sub)CA \w+ expired on", done.stderr + done.stdout)), 2)

    def test_material_that_is_not_what_it_is_called(self):
        kit = self.kit_with()
        document = json.loads((kit / "kit.json").read_text())
        for entry in document["credentials"]:
            if entry["kind"] in ("expired", "revoked", "wrong-fqdn"):
                entry["cert"] = "valid-san-only.pem"
                entry.pop("subject_fqdn", None)
        (kit / "kit.json").write_text(json.dumps(document))
        done = self.probity("plan", *PROFILE, "https://localhost", "--kit", kit)
        self.assertEqual(done.returncode, 0, done.stderr)
        for kind, why in (("expired", "valid until"), ("revoked", "not on the CRL"), ("wrong-fqdn", "ssp.example.nhs.uk")):
            line = next(line for line in done.stdout.splitlines() if line.strip().startswith(f"identity.rejects-{kind} "))
            self.assertIn("is not what its kind says", line)
            self.assertIn(why, line)


if __name__ == "__main__":
    bad_input.PROBITY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
