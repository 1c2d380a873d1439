#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Opens the reports of real demo runs in headless Chromium: a sound provider, one with a fault, and one
that cannot be judged. What must hold for every report is looked at; the numbers of the
sample are check_report_html.py's.

check_real_reports.py CHROMIUM PROBITY
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import check_report_html as shared
from chromium import Chromium

# arguments, exit code, what the title begins with
RUNS = [
    (["demo"], 0, "Conformant"),
    (["demo", "--fault", "ignores-exp"], 1, "Not conformant"),
    (["demo", "--fault", "refuses-everything"], 2, "Incomplete"),
]

CARDS = """Object.fromEntries([...document.querySelectorAll(".card")].map((c) => [c.id.slice(2), c.dataset.verdict]))"""

FILTERED = """((value) => {
  const box = document.querySelector(`#filter [value="${value}"]`);
  if (!box) return -1;
  box.click();
  const shown = [...document.querySelectorAll(".card")].filter((c) => !c.hidden).length;
  document.getElementById("reset").click();
  return shown;
})"""


def check_against_result(page, result):
    """The page says what the file says: every requirement its verdict, every finding its place."""
    wanted = {r["id"]: r["verdict"] for r in result["requirements"]}
    shared.check(page.run(CARDS) == wanted, "the cards are not the requirements of result.json")
    for verdict in sorted(set(wanted.values())):
        shown, of = page.run(f"{FILTERED}('{verdict}')"), list(wanted.values()).count(verdict)
        shared.check(shown == of, f"the filter {verdict} shows {shown} of {of}")
    acts = [c for c in result["checks"] if c["verdict"] in ("fail", "inconclusive", "warn")]
    rows = page.run("document.querySelectorAll('.action tbody tr').length")
    shared.check(rows == min(len(acts), 10), f"{rows} rows need action, {len(acts)} checks do")


def main():
    browser, probity = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch, Chromium(browser) as page:
        for number, (arguments, code, title) in enumerate(RUNS):
            folder = pathlib.Path(scratch) / str(number)
            done = subprocess.run([probity, *arguments, "-o", str(folder)], capture_output=True, text=True, timeout=120)
            shared.check(done.returncode == code, f"{arguments}: exit {done.returncode}: {done.stderr}")
            report = folder / "report.html"
            url = report.as_uri()
            before = len(shared.problems)
            shared.check_policy(report.read_text())
            page.screen(1280, 900)
            page.open(url)
            shared.check_structure(page, f"{title}: reference-provider \u2013 probity report")
            check_against_result(page, json.loads((folder / "result.json").read_text()))
            if code == 1:  # every kind of part is there once; opening all of a report is slow
                shared.check_looks(page, url)
            shared.check_without_script(page, url)
            shared.check_events(page.events, url)
            page.events.clear()
            shared.problems[before:] = [f"{' '.join(arguments)}: {problem}" for problem in shared.problems[before:]]
    print("\n".join(shared.problems) or f"the reports of {len(RUNS)} runs read, filter and ask for nothing")
    return 1 if shared.problems else 0


if __name__ == "__main__":
    sys.exit(main())
