#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bad input is normal: each kind is one clear line, the exit code of probity-judging(7), EXIT CODES, and the files it
promises. Servers that misbehave come from peer.py."""

import json
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "live"))
from lab import Server, free_ports  # noqa: E402

PROBITY = None
PROFILE = ["-p", "gp-connect-provider"]


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

    def probity(self, *arguments, environment=None, timeout=60):
        return subprocess.run([PROBITY, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, cwd=self.folder,
                              env={**os.environ, **(environment or {})})

    def out(self):
        return pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "out"

    def assert_one_line(self, done, code, *words):
        """One line of trouble with these words in it, then the exit line."""
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        lines = done.stderr.strip().splitlines()
        self.assertEqual(len(lines), 2, done.stderr)
        for word in words:
            self.assertIn(word, lines[0])
        self.assertTrue(lines[1].startswith(f"exit {code} ("), lines[1])

    def assert_nothing_run(self, out, code):
        result = json.loads((out / "result.json").read_text())
        self.assertEqual(result["verdict"], "nothing-run")
        self.assertEqual(result["run"]["exit"], code)
        self.assertEqual(result["checks"], [])
        junit = xml.etree.ElementTree.parse(out / "junit.xml").getroot()
        red = [case for case in junit.iter("testcase") if case.find("failure") is not None or case.find("error") is not None]
        self.assertEqual([case.get("name") for case in red], ["preflight"])
        self.assertFalse((out / "report.html").exists())


class BeforeTheRun(Case):
    def test_usage(self):
        for arguments, words in (
            ([], ["no command"]),
            (["demoo"], ["no command \"demoo\"", "did you mean demo?"]),
            (["https://host/"], ["probity run"]),
            (["run"], ["no URL"]),
            (["run", "https://host"], ["no profile", "gp-connect-provider"]),
            (["run", *PROFILE, "http://host"], ["not https"]),
            (["run", *PROFILE, "https://host", "--jbos", "2"], ["--jbos", "did you mean --jobs?"]),
            (["run", *PROFILE, "https://host", "--jobs", "0"], ["--jobs"]),
            (["run", *PROFILE, "https://host", "--jobs", "1", "--jobs", "2"], ["given 2 times"]),
            (["run", *PROFILE, "https://host", "--rate", "fast"], ["--rate"]),
            (["run", *PROFILE, "https://host", "--timeout", "1h"], ["--timeout"]),
            (["run", *PROFILE, "https://host", "--fail-on", "shuold"], ["did you mean should?"]),
            (["run", *PROFILE, "https://host", "--report", "htlm"], ["did you mean html?"]),
            (["run", *PROFILE, "https://host", "--suite", "tokne"], ["did you mean token?"]),
            (["run", *PROFILE, "https://host", "--only", "token.rejects-expird"], ["did you mean token.rejects-expired?"]),
            (["run", *PROFILE, "https://host", "--fault", "ignores-exp"], ["--fault is no option of `probity run`"]),
            (["run", *PROFILE, "https://host", "extra"], ["unexpected argument \"extra\""]),
            (["demo", "--fault", "ignores-expp"], ["did you mean ignores-exp?"]),
            (["list", "chekcs"], ["did you mean checks?"]),
            (["explain", "GPC-CON-88"], ["GPC-CON-8"]),
            (["help", "exit-code"], ["did you mean exit-codes?"]),
        ):
            with self.subTest(arguments):
                self.assert_one_line(self.probity(*arguments), 64, *words)

    def test_unknown_profile(self):
        out = self.out()
        done = self.probity("run", "-p", "gp-connect-provder", "https://localhost", "-o", out)
        self.assert_one_line(done, 66, "did you mean gp-connect-provider?")
        self.assert_nothing_run(out, 66)

    def test_missing_and_unreadable_files(self):
        for option in ("--target", "--kit", "--client-cert", "--client-p12", "--server-ca", "--passphrase-file", "--config", "--checks"):
            with self.subTest(option):
                done = self.probity("run", *PROFILE, "https://localhost", option, "nowhere/at-all")
                self.assert_one_line(done, 66, "nowhere/at-all")

    def test_a_file_that_parses_wrongly(self):
        bad = self.folder / "bad.json"
        for text, words in (('{"schema":"probity.target/1","patient":{"nhs_numbr":"1"}}', ["bad.json#/patient/nhs_numbr", "nhs_number"]),
                            ('{"schema":"probity.target/1"', ["not valid JSON at line 1"]),
                            ('{"schema":"probity.kit/1"}', ["bad.json#/schema", "probity.target/1"])):
            bad.write_text(text)
            out = self.out()
            done = self.probity("run", *PROFILE, "https://localhost", "--target", bad, "-o", out)
            self.assert_one_line(done, 65, *words)
            self.assert_nothing_run(out, 65)

    def test_a_key_that_does_not_match(self):
        out = self.out()
        done = self.probity("run", *PROFILE, "https://localhost", "--client-cert", self.kit / "valid.pem",
                            "--client-key", self.kit / "server-key.pem", "-o", out)
        self.assert_one_line(done, 65, "does not match the certificate")
        self.assert_nothing_run(out, 65)

    def test_a_wrong_passphrase(self):
        locked = self.folder / "locked.pem"
        subprocess.run(["openssl", "pkey", "-in", str(self.kit / "client-key.pem"), "-aes256", "-passout", "pass:right", "-out", str(locked)],
                       check=True, capture_output=True)
        pair = ["run", *PROFILE, "https://localhost", "--client-cert", self.kit / "valid.pem", "--client-key", locked]
        wrong = self.folder / "wrong.txt"
        wrong.write_text("wrong\n")
        out = self.out()
        self.assert_one_line(self.probity(*pair, "--passphrase-file", wrong, "-o", out), 77, "passphrase")
        self.assert_nothing_run(out, 77)
        self.assert_one_line(self.probity(*pair), 77, "--passphrase-file")

    def test_contradictions(self):
        done = self.probity("run", *PROFILE, "https://localhost", "--kit", self.kit, "--client-cert", self.kit / "valid.pem")
        self.assert_one_line(done, 78, "both a kit and a client certificate")

    def test_live_services_are_guarded(self):
        out = self.out()
        done = self.probity("run", *PROFILE, "https://proxy.spineservices.nhs.uk/x", "-o", out)
        self.assert_one_line(done, 77, "live national service", "--authorisation")
        self.assert_nothing_run(out, 77)

    def test_allow_needs_authorisation(self):
        self.assert_one_line(self.probity("run", *PROFILE, "https://localhost", "--allow", "intrusive"), 77, "--authorisation")

    def test_unreachable(self):
        port = free_ports(1)[0]
        out = self.out()
        done = self.probity("run", *PROFILE, f"https://127.0.0.1:{port}", "-o", out)
        self.assert_one_line(done, 69, "Connection refused")
        self.assert_nothing_run(out, 69)
        self.assert_one_line(self.probity("run", *PROFILE, "https://no.such.host.invalid"), 69, "cannot be resolved")

    def test_outputs_that_cannot_be(self):
        (self.folder / "file").write_text("")
        done = self.probity("run", *PROFILE, "https://localhost", "-o", self.folder / "file" / "out")
        self.assert_one_line(done, 73, "cannot be created")

    def test_a_profile_that_no_reference_service_goes_with(self):
        (self.folder / "alone.json").write_text(json.dumps(
            {"schema": "probity.profile/1", "id": "alone", "title": "Alone", "specs": ["gp-connect-security"], "suites": ["server-certificate"]}))
        done = self.probity("demo", "-p", "alone.json")
        self.assert_one_line(done, 64, "no reference service goes with profile alone", "gp-connect-provider, gp-connect-provider-0.x")

    def test_a_fault_of_another_service(self):
        done = self.probity("demo", "-p", "nrl", "--fault", "ignores-missing-ssp-to")
        self.assert_one_line(done, 64, "the service nrl has no fault ignores-missing-ssp-to", "-p gp-connect-provider-0.x and -p gp-connect-provider have it")
        done = self.probity("demo", "--fault", "ignores-name-of-asid")
        self.assert_one_line(done, 64, "the service gp-connect has no fault ignores-name-of-asid", "-p nrl has it")

    def test_one_folder_serves_demos_of_several_services(self):
        out = self.out()
        for profile in ("gp-connect-provider", "nrl", "gp-connect-provider"):
            done = self.probity("demo", "-p", profile, "-o", out, "--suite", "caching", "--quiet")
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_full_disk(self):
        done = self.probity("demo", "-o", self.out(), "--report", "json=/dev/full", "--suite", "transport")
        self.assertEqual(done.returncode, 74, done.stderr)
        self.assertIn("/dev/full: cannot be written", done.stderr)
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROBITY, "list", "checks"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 74)


    def test_the_provider_spares_the_kits_of_others(self):
        kit = self.folder / "spared"
        shutil.copytree(self.kit, kit)
        key = (kit / "client-key.pem").read_bytes()
        with Server([PROBITY, "provider", "--dir", str(kit)], self.folder, "spared", ready_line=True) as provider:
            self.assertTrue(provider.line.startswith("ready https://"))
        self.assertEqual((kit / "client-key.pem").read_bytes(), key)
        document = json.loads((kit / "kit.json").read_text())
        del document["server"]
        (kit / "kit.json").write_text(json.dumps(document))
        self.assert_one_line(self.probity("provider", "--dir", kit), 73, "spared: holds a kit", "another folder")
        self.assertEqual((kit / "client-key.pem").read_bytes(), key)

    def test_a_profile_finds_its_neighbours(self):
        (self.folder / "own.json").write_text(json.dumps(
            {"schema": "probity.profile/1", "id": "own", "title": "Own", "extends": "gp-connect-provider", "suites": ["own-suite"]}))
        shutil.copy(HERE.parent.parent / "profiles/suites/caching.json", self.folder / "own-suite.json")
        for name in ("own.json", "./own.json", self.folder / "own.json"):
            done = self.probity("profile", "validate", name)
            self.assert_one_line(done, 65, "own-suite.json", "caching.sends-no-store-on-success")

    def test_doctor_says_what_is_wrong_and_with_quiet_nothing_else(self):
        done = self.probity("doctor", "--kit", self.kit)
        self.assertEqual(done.returncode, 0, done.stdout)
        line = next(line for line in done.stdout.splitlines() if "credential key-mismatch" in line)
        self.assertIn("is another's", line)
        self.assertEqual(self.probity("doctor", "--kit", self.kit, "-q").stdout, "")
        done = self.probity("doctor", "-q")
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (2, 1), done.stdout)


    def test_a_write_of_the_target_file_is_not_sent_unasked(self):
        with Server([PROBITY, "provider", "--dir", str(self.folder / "writes")], self.folder, "writes", ready_line=True) as provider:
            path = self.folder / "writes/target.json"
            target = json.loads(path.read_text())
            target["interactions"] = {"rest:create:task-1": {"method": "POST", "path": "/Task", "body": "{}"}}
            path.write_text(json.dumps(target))
            url = provider.line.split()[1]
            self.assertIn("not sent: a POST of the target file", self.probity("doctor", url, "--target", path).stdout)
            out = self.out()
            done = self.probity("run", *PROFILE, url, "--target", path, "-o", out, "--suite", "scope")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            result = json.loads((out / "result.json").read_text())
            self.assertNotIn("POST", {o["exchange"].get("method") for o in result["observations"]})
            refused = [c["id"] for c in result["checks"] if c["cause"] == "not-authorised"]
            self.assertIn("scope.rejects-patient-scope-on-task", refused)
            self.assertIn("scope.separates-read-from-write", refused)
            done = self.probity("run", *PROFILE, url, "--target", path, "-o", out, "--suite", "scope", "--allow", "intrusive",
                                "--authorisation", "a test of our own provider")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            verdicts = {c["id"]: c["verdict"] for c in json.loads((out / "result.json").read_text())["checks"]}
            self.assertEqual(verdicts["scope.separates-read-from-write"], "pass")
            self.assertEqual(verdicts["scope.rejects-patient-scope-on-task"], "pass")


class Layers(Case):
    def test_precedence(self):
        """flags > environment > --config > ./probity.json"""
        url = f"https://127.0.0.1:{free_ports(1)[0]}"
        named = self.folder / "named.json"
        named.write_text('{"profile":"from-config"}')
        project = self.folder / "probity.json"
        project.write_text('{"profile":"from-project"}')
        try:
            for arguments, environment, name in (
                (["-p", "from-flag", "--config", named], {"PROBITY_PROFILE": "from-environment"}, "from-flag"),
                (["--config", named], {"PROBITY_PROFILE": "from-environment"}, "from-environment"),
                (["--config", named], {}, "from-config"),
                ([], {}, "from-project"),
            ):
                with self.subTest(name):
                    self.assert_one_line(self.probity("run", url, *arguments, environment=environment), 66, f'"{name}"')
        finally:
            project.unlink()

    def test_bad_values_are_blamed_on_their_layer(self):
        self.assert_one_line(self.probity("run", *PROFILE, "https://localhost", environment={"PROBITY_JOBS": "many"}), 64, "PROBITY_JOBS")
        named = self.folder / "named.json"
        named.write_text('{"jobs":"many"}')
        self.assert_one_line(self.probity("run", *PROFILE, "https://localhost", "--config", named), 65, "named.json#/jobs")
        named.write_text('{"jbos":1}')
        self.assert_one_line(self.probity("run", *PROFILE, "https://localhost", "--config", named), 65, "did you mean jobs?")


class Targets(Case):
    """Servers that are not what they should be. No pass may come of one."""

    def against(self, mode, *more, timeout=60):
        with Server([sys.executable, str(HERE / "peer.py"), mode, str(self.kit)], self.folder, f"peer-{mode}", ready_line=True) as peer:
            out = self.out()
            begun = time.monotonic()
            done = self.probity("run", *PROFILE, f"https://127.0.0.1:{peer.line}/root", "--kit", self.kit, "-o", out, *more, timeout=timeout)
            spent = time.monotonic() - begun
        return done, json.loads((out / "result.json").read_text()), spent

    def passes(self, result, *suites):
        return [c["id"] for c in result["checks"] if c["verdict"] == "pass" and (not suites or c["suite"] in suites)]

    def test_accepts_and_says_nothing(self):
        done, result, spent = self.against("silent")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertLess(spent, 30)
        self.assertEqual(self.passes(result), [])
        self.assertEqual({c["cause"] for c in result["checks"] if c["verdict"] == "inconclusive"}, {"blocked-by"})
        self.assertIn("no answer", done.stdout.splitlines()[0])

    def test_answers_400_to_everything(self):
        done, result, _ = self.against("refusing")
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(self.passes(result, "identity", "headers", "token", "scope", "caching"), [])
        self.assertIn("HTTP 400", done.stdout.splitlines()[0])
        self.assertIn("repeat: curl", done.stdout.splitlines()[1])

    def test_tls_that_is_not_http(self):
        done, result, _ = self.against("smtp")
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertEqual(self.passes(result, "identity", "headers", "token"), [])

    def test_http_that_is_not_tls(self):
        done, result, _ = self.against("plain")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(self.passes(result), [])
        self.assertIn("no TLS", done.stdout.splitlines()[0])

    def test_resets_everything(self):
        done, result, _ = self.against("reset")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(self.passes(result), [])

    def test_silent_after_the_handshake(self):
        done, result, _ = self.against("silent-tls", "--timeout", "1s")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(self.passes(result, "identity", "headers", "token"), [])

    def refusals(self, result):
        return [i for i in self.passes(result, "identity") if ".rejects-" in i]

    def test_crashes_on_a_bad_certificate(self):
        done, result, _ = self.against("crashing", "--suite", "identity", "--timeout", "1s")
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertEqual(self.refusals(result), [])

    def test_stalls_on_a_bad_certificate(self):
        done, result, _ = self.against("stalling", "--suite", "identity", "--timeout", "500ms")
        self.assertEqual(done.returncode, 1, done.stdout)  # it looks at no names
        verdicts = {c["id"]: (c["verdict"], c["cause"]) for c in result["checks"]}
        for kind in ("no-certificate", "expired", "revoked", "untrusted-ca", "tampered-signature"):
            self.assertEqual(verdicts[f"identity.rejects-{kind}"], ("inconclusive", "timeout"))
        self.assertEqual(verdicts["identity.rejects-wrong-fqdn"], ("fail", "assertion"))

    def test_a_prompt_at_a_terminal(self):
        locked = self.folder / "prompted.pem"
        subprocess.run(["openssl", "pkey", "-in", str(self.kit / "client-key.pem"), "-aes256", "-passout", "pass:right", "-out", str(locked)],
                       check=True, capture_output=True)
        command = [PROBITY, "plan", *PROFILE, "https://localhost", "--client-cert", str(self.kit / "valid.pem"), "--client-key", str(locked)]
        for typed, code in ((b"right\n", 0), (b"wrong\n", 77), (b"\x03", 77)):
            pid, terminal = pty.fork()
            if pid == 0:
                os.execv(command[0], [str(part) for part in command])
            shown = b""
            while b"Passphrase for" not in shown:
                shown += os.read(terminal, 4096)
            os.write(terminal, typed)
            while True:
                try:
                    more = os.read(terminal, 65536)
                except OSError:
                    break
                if not more:
                    break
                shown += more
            _, status = os.waitpid(pid, 0)
            os.close(terminal)
            self.assertEqual(os.waitstatus_to_exitcode(status), code, shown.decode(errors="replace"))
            self.assertNotIn(typed.strip(), shown.split(b"Passphrase for")[1][:40])

    def test_pkcs11_is_not_there_yet(self):
        done = self.probity("run", *PROFILE, "https://localhost", "--client-cert", "pkcs11:token=x")
        self.assert_one_line(done, 64, "PKCS#11", "not supported yet")

    def test_no_credential(self):
        with Server([sys.executable, str(HERE / "peer.py"), "refusing", str(self.kit)], self.folder, "peer", ready_line=True) as peer:
            url = f"https://127.0.0.1:{peer.line}/root"
            done = self.probity("run", *PROFILE, url)
            self.assertEqual(done.returncode, 2)
            self.assertIn("no valid client credential was given", done.stdout.splitlines()[0])
            done = self.probity("run", *PROFILE, url, "--suite", "transport,ciphers")
            self.assertEqual(done.returncode, 0, done.stdout)

    def test_distrusted_server(self):
        done, result, _ = self.against("refusing", "--server-ca", str(self.kit / "untrusted-ca.pem"))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(self.passes(result), [])
        self.assertEqual({c["cause"] for c in result["checks"] if c["verdict"] == "inconclusive"}, {"control"})
        self.assertIn("does not verify", done.stdout.splitlines()[0])

    def test_own_certificate_expired(self):
        done, result, _ = self.against("refusing", "--now", "2099-01-01T00:00:00Z")
        self.assertEqual(done.returncode, 2)
        self.assertIn("expired", done.stdout)


class Interrupted(Case):
    def test_ctrl_c(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            out = self.out()
            run = subprocess.Popen([PROBITY, "demo", "-o", str(out), "--rate", "20/s"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            run.stdout.readline()  # the first line: the checks have begun
            run.send_signal(number)
            stdout, stderr = run.communicate(timeout=30)
            self.assertEqual(run.returncode, code, stdout + stderr)
            self.assertTrue(stderr.strip().splitlines()[-1].startswith(f"exit {code} ("), stderr)
            result = json.loads((out / "result.json").read_text())
            self.assertFalse(result["run"]["complete"])
            self.assertEqual(result["run"]["exit"], code)
            xml.etree.ElementTree.parse(out / "junit.xml")
            self.assertEqual([p.name for p in out.iterdir() if ".tmp" in p.name], [])


    def test_before_it_began(self):
        out = self.out()
        passphrase, hold = os.pipe()   # a passphrase that never comes
        run = subprocess.Popen([PROBITY, "run", *PROFILE, "https://127.0.0.1:1", "-o", str(out), "--passphrase-fd", str(passphrase),
                                "--client-cert", str(self.kit / "valid.pem"), "--client-key", str(self.kit / "client-key.pem")],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, pass_fds=[passphrase])
        os.close(passphrase)
        # It sleeps when it waits for the passphrase.
        while not out.exists() or pathlib.Path(f"/proc/{run.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "S":
            self.assertIsNone(run.poll())
        run.send_signal(signal.SIGINT)
        stdout, stderr = run.communicate(timeout=30)
        os.close(hold)
        self.assertEqual(run.returncode, 130, stdout + stderr)
        self.assertTrue((out / "junit.xml").exists())


class Output(Case):
    def test_json_on_stdout_is_json(self):
        done = self.probity("demo", "-o", self.out(), "--report", "json=-", "--suite", "transport")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(json.loads(done.stdout)["schema"], "probity.result/1")
        self.assertIn("profile gp-connect-provider", done.stderr)

    def test_run_writes_nothing_unasked(self):
        before = sorted(p.name for p in self.folder.iterdir())
        self.probity("run", *PROFILE, f"https://127.0.0.1:{free_ports(1)[0]}")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), before)

    def test_two_runs_differ_only_where_they_may(self):
        results = []
        out = self.out()
        with Server([PROBITY, "provider", "--dir", str(self.folder / "twice")], self.folder, "twice", ready_line=True) as provider:
            for _ in range(2):
                done = self.probity("run", *PROFILE, provider.line.split()[1], "--target", self.folder / "twice/target.json", "-o", out)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                results.append(json.loads((out / "result.json").read_text()))

        # Which hellos follow from which depends on whose answer comes first; what they show does not.
        def is_hello(value):
            name = value.get("id", "") if isinstance(value, dict) else value
            return isinstance(name, str) and name.startswith(("hello-", "known-good-"))

        def stripped(value):
            if isinstance(value, dict):
                return {k: stripped(v) for k, v in value.items() if k != "ms" and not k.endswith("_ms") and not is_hello(v)}
            return [stripped(v) for v in value if not is_hello(v)] if isinstance(value, list) else value

        first, second = (stripped(r) for r in results)
        for result in (first, second):
            del result["run"]
            del result["connections_opened"]   # as many as were in flight at a time
            del result["requests_sent"]
        self.assertEqual(first, second)

    def test_no_secret_in_any_output(self):
        out = self.out()
        done = self.probity("demo", "-o", out, "-v", "--evidence", "full")
        key = (out / "provider" / "client-key.pem").read_text().splitlines()[1]
        for text in (done.stdout, done.stderr, *(p.read_text() for p in out.iterdir() if p.is_file())):
            self.assertNotIn(key, text)
            self.assertNotIn("9434765919", text)
            self.assertNotIn("Bearer ey", text)

    def test_a_password_of_a_proxy_is_in_no_output(self):
        out = self.folder / "out"
        done = self.probity("run", *PROFILE, "https://127.0.0.1:1/x", "--proxy", "http://me:s3cr3t@127.0.0.1:1", "-o", out)
        self.assertEqual(done.returncode, 69, done.stderr)
        self.assertNotIn("s3cr3t", done.stdout + done.stderr)
        self.assertIn("...@127.0.0.1:1", (out / "result.json").read_text())
        for file in out.iterdir():
            self.assertNotIn("s3cr3t", file.read_text(), file)

    def test_checks_and_requirements_are_explained(self):
        # Of the checks every twelfth: each is a process of its own, and they are made from the same rows.
        for what, step in (("checks", 12), ("requirements", 1)):
            for row in json.loads(self.probity("list", what, "--json").stdout)[::step]:
                done = self.probity("explain", row["id"])
                self.assertEqual(done.returncode, 0, row)
                self.assertIn(row["title"], done.stdout)

    def test_plan_sends_nothing(self):
        port = free_ports(1)[0]
        done = self.probity("plan", *PROFILE, f"https://127.0.0.1:{port}", "--kit", self.kit)
        self.assertEqual(done.returncode, 0)
        self.assertIn("Nothing was sent.", done.stdout)

    def test_what_differs_from_the_good_request_is_marked(self):
        out = self.out()
        done = self.probity("demo", "-o", out, "--fault", "ignores-ssp-to", "--only", "headers.rejects-foreign-ssp-to,token.rejects-absent")
        self.assertIn("changed   Ssp-To: 123456789123 (in the good request: 200000000116)", done.stdout)
        page = (out / "report.html").read_text()
        self.assertIn("<mark>Ssp-To: 123456789123</mark>", page)
        self.assertIn("<li>without Authorization</li>", page)
        self.assertIn("<mark>HTTP/1.1 400</mark>", page)
        self.assertNotIn("<mark>Cache-Control", page)   # both answers have it

    def test_reports_are_rendered_again_from_the_result(self):
        out = self.out()
        self.probity("demo", "-o", out, "--fault", "ignores-exp")
        again = self.folder / "again"
        again.mkdir()
        done = self.probity("report", "render", out / "result.json", "--report", f"json={again}/result.json", "--report", f"html={again}/report.html",
                            "--report", f"junit={again}/junit.xml")
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in ("result.json", "report.html", "junit.xml"):
            self.assertEqual((again / name).read_text(), (out / name).read_text(), name)


class Token(Case):
    def test_a_reproduce_line_really_runs(self):
        with Server([PROBITY, "provider", "--fault", "ignores-exp"], self.folder, "provider", ready_line=True) as provider:
            folder = self.folder / "probity-provider"
            out = self.out()
            url = provider.line.split()[1]
            self.probity("run", *PROFILE, url, "--target", folder / "target.json", "-o", out, "--only", "token.rejects-expired")
            check = json.loads((out / "result.json").read_text())["checks"]
            line = next(c for c in check if c["id"] == "token.rejects-expired")["reproduce"][0]
            environment = {**os.environ, "PATH": f"{pathlib.Path(PROBITY).parent}:{os.environ['PATH']}"}
            done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd=self.folder, env=environment, timeout=30, check=False)
            self.assertTrue(done.stdout.startswith("HTTP/1.1 200"), line + "\n" + done.stdout + done.stderr)


if __name__ == "__main__":
    PROBITY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
