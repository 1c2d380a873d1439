#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The National Record Locator end to end, on the reference registry: what a run creates is gone when it ends,
however it ends; nothing is written without permission; the literal profile and the published one; fixtures that do not hold."""

import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import unittest

PROBITY = None
ALLOW = ["--allow", "intrusive", "--authorisation", "the acceptance test"]
OWNERSHIP = ("NRL-PTR-1", "NRL-PTR-2", "NRL-PTR-3", "NRL-INT-2")
WRITES = ("POST", "PATCH", "DELETE", "PUT")


def read(path):
    return json.loads(pathlib.Path(path).read_text())


class Registry:
    """A reference registry of its own, stopped by its process id."""

    def __init__(self, folder, *faults):
        self.folder = folder
        command = [PROBITY, "provider", "--service", "nrl", "--dir", str(folder)]
        for fault in faults:
            command += ["--fault", fault]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().removeprefix("ready ").strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.process.stdout.close()

    @property
    def target(self):
        return self.folder / "target.json"

    def log(self):
        return [line.split() for line in (self.folder / "requests.log").read_text().splitlines()]

    def written(self):
        return [line for line in self.log() if line[0] in WRITES]

    def own_target(self, path, **nrl):
        """The target file with other facts, beside which everything is named by an absolute path."""
        target = read(self.target)
        target["kit"] = str(self.folder)
        if "server_ca" in target:
            target["server_ca"] = str(self.folder / target["server_ca"])
        for key, value in nrl.items():
            if isinstance(value, dict):
                target["nrl"][key].update(value)
            else:
                target["nrl"][key] = value
        path.write_text(json.dumps(target))
        return path


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.TemporaryDirectory()

    @classmethod
    def tearDownClass(cls):
        cls.shared.cleanup()

    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = pathlib.Path(self.scratch.name)

    def registry(self, *faults):
        registry = Registry(self.folder / "registry", *faults)
        self.addCleanup(registry.__exit__)
        return registry

    def probity(self, *arguments, code=None, timeout=180):
        done = subprocess.run([PROBITY, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, cwd=self.folder, stdin=subprocess.DEVNULL)
        if code is not None:
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def run_on(self, registry, *more, code=None, profile="nrl", target=None):
        out = self.folder / f"out-{len(list(self.folder.glob('out-*')))}"
        self.probity("run", "-p", profile, "--target", target or registry.target, "-o", out, "--no-progress", *more, code=code)
        return read(out / "result.json")

    def pointers(self, registry):
        """What a reader finds: a read-only run whose control is a search; its Bundle says how many there are."""
        result = self.run_on(registry, "--only", "headers.rejects-missing-fromasid")
        return next(seen["total"] for seen in result["observations"] if seen["id"].startswith("control-search") and "total" in seen)


def verdicts(result, key="checks"):
    return {row["id"]: row["verdict"] for row in result[key]}


class Acceptance(Case):
    def test_the_sound_registry(self):
        out = self.folder / "out"
        done = self.probity("demo", "-p", "nrl", *ALLOW, "-o", out, "--no-progress", code=0)
        result = read(out / "result.json")
        self.assertEqual({c: v for c, v in verdicts(result).items() if v not in ("pass", "skipped")}, {})
        for row in OWNERSHIP:
            self.assertEqual(verdicts(result, "requirements")[row], "met")
        self.assertGreater(len(result["created"]), 10)
        self.assertLessEqual({one["state"] for one in result["created"]}, {"removed", "never-there"})
        self.assertTrue((out / "journal.jsonl").exists())
        self.assertIn("pointers asked for", done.stdout)
        self.assertIn("Created on the target", (out / "report.html").read_text())
        self.probity("cleanup", out / "journal.jsonl", code=0)

    def test_nothing_is_written_without_permission(self):
        registry = self.registry()
        result = self.run_on(registry, code=0)
        self.assertEqual(registry.written(), [])
        for row in OWNERSHIP:
            self.assertIn(verdicts(result, "requirements")[row], ("partly-tested", "not-tested"))
        self.assertNotIn("created", result)
        causes = {check["cause"] for check in result["checks"] if check["suite"] == "pointers"}
        self.assertEqual(causes, {"not-authorised"})

    def test_allowing_without_saying_who_allowed_it(self):
        registry = self.registry()
        self.probity("run", "-p", "nrl", "--target", registry.target, "--allow", "intrusive", code=77)
        self.assertEqual(registry.log(), [])

    def test_what_a_killed_run_left_is_taken_away(self):
        registry = self.registry()
        before = self.pointers(registry)
        out = self.folder / "killed"
        run = subprocess.Popen([PROBITY, "run", "-p", "nrl", "--target", str(registry.target), "--only", "pointers.*", *ALLOW, "-o", str(out), "--no-progress",
                                "--rate", "10"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        journal = out / "journal.jsonl"
        # In the middle: the first check is done, the second one's pointers exist.
        while run.poll() is None and not (journal.exists() and journal.read_text().count('"event":"created"') >= 4):
            pass_time()
        self.assertIsNone(run.poll(), "the run ended before it could be killed")
        run.send_signal(signal.SIGKILL)
        run.wait()
        self.assertGreater(self.pointers(registry), before)
        # Half a line, as a kill in the middle of a write leaves it.
        with journal.open("a") as file:
            file.write('{"event":"crea')
        done = self.probity("cleanup", journal, code=0)
        self.assertIn("removed", done.stdout)
        self.assertIn("half one", done.stderr)
        self.assertEqual(self.pointers(registry), before)
        self.assertIn("Nothing is left", self.probity("cleanup", journal, code=0).stdout)

    def test_a_folder_is_not_used_again_before_what_is_left_there_is_taken_away(self):
        registry = self.registry("denies-cleanup")
        out = self.folder / "used"
        run = ("run", "-p", "nrl", "--target", registry.target, "--only", "pointers.rejects-create-for-another,headers.rejects-missing-fromasid",
               *ALLOW, "-o", out, "--no-progress")
        # A check at SHOULD, but what is left counts.
        done = self.probity(*run, code=2)
        self.assertIn("probity cleanup", done.stderr.splitlines()[-1])
        before = (out / "journal.jsonl").read_text()
        done = self.probity(*run, code=73)
        self.assertIn("probity cleanup", done.stderr)
        self.assertEqual((out / "journal.jsonl").read_text(), before)
        self.probity("cleanup", out / "journal.jsonl", code=2)
        # Another patient: what was made would be looked for where it is not.
        target = registry.own_target(self.folder / "own.json", patient={"nhs_number": "9434765870"})
        self.assertIn("another patient", self.probity("cleanup", out / "journal.jsonl", "--target", target, code=65).stderr)
        target = registry.own_target(self.folder / "own.json", to_asid="999999999998")
        self.assertIn("ASIDs", self.probity("cleanup", out / "journal.jsonl", "--target", target, code=65).stderr)
        # Once all is gone, the folder may be used again.
        lines = [json.loads(line) for line in before.splitlines()]
        with (out / "journal.jsonl").open("a") as file:
            for line in lines:
                if line.get("event") == "creating":
                    file.write(json.dumps({"event": "ended", "identifier": line["identifier"], "state": "removed"}) + "\n")
        self.probity(*run, code=2)
        self.assertEqual(sum('"schema"' in line for line in (out / "journal.jsonl").read_text().splitlines()), 3)

    def test_an_interrupted_run_leaves_nothing(self):
        registry = self.registry()
        before = self.pointers(registry)
        out = self.folder / "interrupted"
        run = subprocess.Popen([PROBITY, "run", "-p", "nrl", "--target", str(registry.target), "--only", "pointers.*", *ALLOW, "-o", str(out), "--no-progress",
                                "--rate", "10"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        journal = out / "journal.jsonl"
        while run.poll() is None and not (journal.exists() and '"event":"created"' in journal.read_text()):
            pass_time()
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(timeout=60), 130)
        self.assertEqual(self.pointers(registry), before)
        self.assertLessEqual({one["state"] for one in read(out / "result.json")["created"]}, {"removed", "never-there"})

    def test_without_a_folder_the_journal_stands_in_the_current_one_while_it_is_needed(self):
        registry = self.registry()
        done = self.probity("run", "-p", "nrl", "--target", registry.target, "--only", "pointers.rejects-foreign-delete", *ALLOW, "--no-progress")
        self.assertIn("probity-journal-", done.stdout)
        self.assertEqual(list(self.folder.glob("probity-journal-*")), [])


class Suites(Case):
    def test_the_literal_profile_and_the_published_one(self):
        registry = self.registry("offers-published-suites")
        only = ("--suite", "transport,ciphers")
        self.assertEqual(verdicts(self.run_on(registry, *only), "requirements")["NRL-CIP-1"], "not-met")
        self.assertEqual(verdicts(self.run_on(registry, *only, profile="nrl-published"), "requirements")["NRL-CIP-1"], "met")


class Fixtures(Case):
    def open_checks(self, result, says):
        opened = [check for check in result["checks"] if check["suite"] == "pointers" and check["verdict"] == "inconclusive"]
        self.assertTrue(opened)
        for check in opened:
            self.assertIn(says, check["because"])
        return opened

    def test_both_providers_of_one_organisation(self):
        registry = self.registry()
        code = read(registry.target)["nrl"]["provider_a"]["ods_code"]
        target = registry.own_target(self.folder / "own.json", provider_b={"ods_code": code})
        self.open_checks(self.run_on(registry, "--only", "pointers.*", *ALLOW, target=target, code=2), "the same ods_code")
        self.assertEqual(registry.written(), [])

    def test_one_provider_twice(self):
        registry = self.registry()
        own = read(registry.target)["nrl"]["provider_a"]
        target = registry.own_target(self.folder / "own.json", provider_b=own)
        self.open_checks(self.run_on(registry, "--only", "pointers.*", *ALLOW, target=target, code=2), "the same asid")

    def test_a_provider_the_registry_does_not_know(self):
        registry = self.registry()
        target = registry.own_target(self.folder / "own.json", provider_b={"asid": "200000000998", "ods_code": "ZZ9"})
        before = self.pointers(registry)
        result = self.run_on(registry, "--only", "pointers.rejects-foreign-*", *ALLOW, target=target, code=2)
        self.open_checks(result, "cannot create a pointer of its own")
        self.assertEqual(self.pointers(registry), before)

    def test_a_crowded_registry(self):
        registry = self.registry("holds-a-crowd")
        before = self.pointers(registry)
        result = self.run_on(registry, "--only", "pointers.*", *ALLOW, code=0)
        self.assertEqual({v for c, v in verdicts(result).items() if c.startswith("pointers.")}, {"pass"})
        self.assertEqual(self.pointers(registry), before)

    def test_a_registry_that_denies_cleanup(self):
        registry = self.registry("denies-cleanup")
        result = self.run_on(registry, "--only", "pointers.rejects-foreign-update,pointers.rejects-foreign-supersede-by-reference", *ALLOW, code=2)
        found = {check["id"]: check for check in result["checks"]}
        self.assertIn("still there", found["pointers.rejects-foreign-update"]["because"])
        self.assertEqual(found["pointers.rejects-foreign-supersede-by-reference"]["cause"], "blocked-by")
        self.assertIn("left", {one["state"] for one in result["created"]})
        done = self.probity("cleanup", result["journal"], code=2)
        self.assertIn("is still there", done.stdout)


class Journals(Case):
    def test_a_journal_that_cannot_be_written(self):
        registry = self.registry("denies-cleanup")
        result = self.run_on(registry, "--only", "pointers.rejects-create-for-another", *ALLOW, code=2)
        # Python ignores SIGXFSZ, and the child keeps that.
        done = subprocess.run([PROBITY, "cleanup", result["journal"]], capture_output=True, text=True, timeout=60, cwd=self.folder, restore_signals=False,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))
        self.assertEqual(done.returncode, 74, done.stdout + done.stderr)
        self.assertIn("is still there", done.stdout)

    def test_a_file_that_is_none(self):
        self.probity("cleanup", self.folder / "none.jsonl", code=66)
        bad = self.folder / "bad.jsonl"
        bad.write_text('{"schema":"probity.kit/1"}\n')
        done = self.probity("cleanup", bad, code=65)
        self.assertIn("bad.jsonl:1", done.stderr)

    def test_a_registry_that_is_gone(self):
        registry = self.registry()
        target = registry.own_target(self.folder / "own.json")
        journal = self.folder / "journal.jsonl"
        own = read(registry.target)["nrl"]["provider_a"]
        lines = [{"schema": "probity.journal/1", "run": "r", "profile": "nrl", "url": registry.url, "authorisation": "", "options": {"target": [str(target)]}},
                 {"event": "creating", "identifier": "urn:uuid:1", "owner": "nrl.provider_a", "asid": own["asid"], "ods_code": own["ods_code"], "check": "x"}]
        journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
        registry.process.terminate()
        registry.process.wait(timeout=20)
        self.probity("cleanup", journal, code=69)
        lines[1]["ods_code"] = "another"
        journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
        self.assertIn("which the target file does not know", self.probity("cleanup", journal, code=65).stderr)


def pass_time():
    """The journal is a file: nothing announces that it grew."""
    os.sched_yield()
    signal.sigtimedwait([], 0.02)


if __name__ == "__main__":
    PROBITY = os.path.abspath(sys.argv.pop(1))
    unittest.main()
