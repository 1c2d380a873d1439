#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Opens the sample report in headless Chromium and uses it as a reader does: no error, no request,
working filters and permalinks, enough contrast, no sideways scrolling, everything on paper.

check_report_html.py CHROMIUM REPORT.html [FOLDER]     FOLDER: where to leave pictures to look at
"""

import base64
import hashlib
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from chromium import Chromium  # noqa: E402

problems = []


def check(holds, what):
    if not holds:
        problems.append(what)


def check_policy(html):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1].replace("&#39;", "'")
    check("default-src 'none'" in policy, "the policy allows something by default")
    for tag in ("style", "script"):
        text = re.search(f"<{tag}>(.*?)</{tag}>", html, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        check(f"'sha256-{digest}'" in policy, f"the policy does not name the digest of the {tag}")


# Everything a page can tell about itself, in one visit.
STRUCTURE = """(() => {
  const all = (s) => [...document.querySelectorAll(s)];
  const ids = all("[id]").map((e) => e.id);
  const levels = all("h1,h2,h3,h4,h5,h6").map((h) => +h.tagName[1]);
  return {
    title: document.title, lang: document.documentElement.lang,
    h1: all("h1").length, jumps: levels.filter((l, i) => i && l > levels[i - 1] + 1).length,
    landmarks: ["header", "nav", "main", "footer"].filter((t) => all("body > " + t).length !== 1),
    repeated: ids.filter((id, i) => ids.indexOf(id) !== i),
    dangling: all("a[href^='#']").map((a) => a.getAttribute("href").slice(1)).filter((id) => !document.getElementById(id)),
    uncaptioned: all("table").filter((t) => !t.caption).length,
    unscoped: all("th:not([scope])").length,
    unlabelled: all("input").filter((i) => !i.labels.length).length,
    unreachable: all(".scroll").filter((s) => s.tabIndex !== 0 || !s.getAttribute("aria-label")).length,
    scripts: document.scripts.length, grid: getComputedStyle(document.body).display,
    foreign: all("img,iframe,object,embed,link,video,audio,form,svg").length,
    filter: !document.getElementById("filter").hidden,
    copies: all(".copy button").length, commands: all(".copy").length,
    badges: all(".v").filter((v) => !v.querySelector("i") || v.textContent.trim().length < 2).length,
    first: (document.querySelector("a,button,input,summary") || {}).className,
  };
})()"""


def check_structure(page, title):
    seen = page.run(STRUCTURE)
    check(seen["title"] == title, f"title is {seen['title']}")
    check(seen["lang"] == "en-GB", "language is not stated")
    check(seen["h1"] == 1, f"{seen['h1']} h1")
    check(seen["jumps"] == 0, "a heading level is left out")
    check(not seen["landmarks"], f"landmarks missing: {seen['landmarks']}")
    check(not seen["repeated"], f"ids stand twice: {seen['repeated'][:3]}")
    check(not seen["dangling"], f"links lead nowhere: {seen['dangling'][:3]}")
    for name in ("uncaptioned", "unscoped", "unlabelled", "unreachable", "foreign", "badges"):
        check(seen[name] == 0, f"{seen[name]} {name} elements")
    check(seen["scripts"] == 1, "a script got in")
    check(seen["grid"] == "grid", "the style did not apply")
    check(seen["filter"], "the filter stayed hidden")
    check(seen["copies"] == seen["commands"] > 0, "not every command has its copy button")
    check("skip" in seen["first"], "the skip link is not first")


SHOWN = "[...document.querySelectorAll('.card')].filter((c) => !c.hidden).length"


def check_filters(page):
    cards = page.run("document.querySelectorAll('.card').length")
    wanted = page.run("document.querySelectorAll('.card[data-verdict=not-met]').length")
    page.run("document.querySelector('#filter [value=not-met]').click()")
    check(0 < wanted < cards and page.run(SHOWN) == wanted, "the verdict filter does not hide the others")
    check(page.run("location.hash") == "#verdict=not-met", "the state is not in the fragment")
    check(f"{wanted} of {cards}" in page.run("document.getElementById('count').textContent"), "the count is not told")
    page.run("document.querySelector('#filter [value=should]').click()")
    check(page.run(SHOWN) == 1, "verdict and level together do not narrow")
    page.run("document.getElementById('reset').click()")
    check(page.run(SHOWN) == cards and page.run("location.hash") == "", "reset does not show all")
    page.run("""(() => { const t = document.querySelector('#filter [type=search]'); t.value = 'An EXPIRED certificate';
                 t.dispatchEvent(new Event('input', {bubbles: true})); })()""")
    check(page.run(SHOWN) == 1, "the text filter does not find")
    check("text=An%20EXPIRED" in page.run("location.hash"), "the text is not in the fragment")
    page.run("document.getElementById('reset').click()")
    page.run("document.querySelector('.matrix td.bad a').click()")
    page.run("new Promise((done) => setTimeout(done, 100))")
    check(page.run(SHOWN) == page.run("document.querySelectorAll('.card[data-verdict=not-met][data-level=must]').length"),
          "a number of the table is no filter")
    page.run("location.hash = '#c-headers.refuses-missing-ssp-to'")
    page.run("new Promise((done) => setTimeout(done, 100))")
    check(page.run("document.getElementById('c-headers.refuses-missing-ssp-to').open"), "a permalink does not unfold its target")
    check(page.run(SHOWN) == cards, "a permalink does not clear the filter that hides its target")
    page.run("document.getElementById('close-all').click()")
    check(page.run("document.querySelectorAll('#requirements details[open]:not(.ev)').length") == 0, "close all")
    page.run("document.getElementById('open-all').click()")
    check(page.run("document.querySelectorAll('#requirements details:not([open]):not(.ev)').length") == 0, "open all")
    check(page.run("document.querySelector('.copy button').click(), new Promise((d) => setTimeout(() => "
                   "d(document.querySelector('.copy button').textContent), 200))") == "Copied", "the copy button does not answer")


def check_fragments(page, url):
    page.open(url + "#level=must&verdict=undetermined")
    check(page.run(SHOWN) == page.run("document.querySelectorAll('.card[data-verdict=undetermined][data-level=must]').length"),
          "a filtered view is not a link")
    page.open(url + "#r-GPC-CON-8-e2")
    check(page.run("document.getElementById('r-GPC-CON-8-e2').open"), "a link to evidence does not unfold it")


# WCAG 1.4.3: each text against the nearest background that is not transparent.
CONTRAST = """(() => {
  for (const d of document.querySelectorAll("details")) d.open = true;
  const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map((v) => (v /= 255, v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
  const back = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] !== 0) return c; } return [255, 255, 255]; };
  const low = [];
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.getClientRects().length) continue;
    if (e.closest("script,style,.vh,[hidden]")) continue;
    const s = getComputedStyle(e), a = lum(rgb(s.color)), b = lum(back(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push(e.tagName + "." + e.className + " " + ratio.toFixed(2) + " " + e.textContent.slice(0, 30));
  }
  return low;
})()"""

# WCAG 2.5.8: what is not a link inside a sentence is at least 24 by 24.
TARGETS = """[...document.querySelectorAll("button,label,summary,nav a,.matrix a,input[type=search]")]
  .filter((e) => e.getClientRects().length)
  .filter((e) => { const r = e.getBoundingClientRect(); return r.height < 24 || r.width < 24; })
  .map((e) => e.tagName + " " + e.textContent.slice(0, 30))"""


def check_looks(page, url):
    for dark in (False, True):
        page.screen(1280, 900, dark)
        page.open(url)
        low = page.run(CONTRAST)
        check(not low, f"contrast too low ({'dark' if dark else 'light'}): {low[:5]}")
    for width in (320, 768, 1280):
        page.screen(width, 900)
        page.open(url)
        page.run("for (const d of document.querySelectorAll('details')) d.open = true")
        wide = page.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        check(wide <= 0, f"scrolls sideways by {wide} at {width} px")
        small = page.run(TARGETS)
        check(not small, f"targets under 24 px at {width} px: {small[:5]}")


def check_first_screen(page, url):
    page.screen(1280, 720)
    page.open(url)
    for what, selector in (("the verdict", "h1"), ("what was tested", "dl.identity"), ("the table", ".matrix"),
                           ("the worst finding", ".action tbody tr")):
        bottom = page.run(f"document.querySelector('{selector}').getBoundingClientRect().bottom")
        check(bottom <= 720, f"{what} is not on the first screen ({bottom:.0f} px)")


FOLDED_ON_PAPER = """(() => {
  const folded = [...document.querySelectorAll("details:not([open])")];
  return [folded.length, folded.filter((d) => !d.querySelector(":scope > :not(summary)").checkVisibility()).length];
})()"""


def check_paper(page, url):
    page.screen(1280, 900)
    page.open(url)
    page.run("window.dispatchEvent(new Event('beforeprint'))")
    check(page.run("document.querySelectorAll('details:not([open])').length") == 0, "printing leaves parts folded")
    page.run("window.dispatchEvent(new Event('afterprint'))")
    check(page.run("document.querySelectorAll('details:not([open])').length") > 0, "printing does not fold again")
    page.call("Emulation.setEmulatedMedia", media="print")
    folded, unseen = page.run(FOLDED_ON_PAPER)
    check(folded > 0 and unseen == 0, f"without script {unseen} of {folded} folded parts do not print")
    check(page.run("getComputedStyle(document.getElementById('filter')).display") == "none", "the filter prints")
    check(page.run("document.querySelectorAll('#declaration table').length") == 2, "there are not two declarations")
    page.call("Emulation.setEmulatedMedia", media="")


def check_without_script(page, url):
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.open(url)
    check(page.run("document.getElementById('filter').hidden"), "a dead filter shows without script")
    check(page.run(SHOWN) == page.run("document.querySelectorAll('.card').length"), "cards are hidden without script")
    page.call("Emulation.setScriptExecutionDisabled", value=False)


def check_events(events, url):
    for event in events:
        params = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            check(False, f"exception: {params['exceptionDetails']}")
        if event.get("method") == "Runtime.consoleAPICalled":
            check(False, f"console: {params['args']}")
        if event.get("method") == "Log.entryAdded":
            check(False, f"log: {params['entry']['text']}")
        if event.get("method") == "Page.javascriptDialogOpening":
            check(False, "a dialog opened: script of the target ran")
        if event.get("method") == "Network.requestWillBeSent":
            asked = params["request"]["url"]
            check(asked.startswith((url, "about:")), f"request to {asked}")


def leave_pictures(page, url, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, width, height, dark in (("light", 1280, 720, False), ("dark", 1280, 720, True), ("narrow", 320, 800, False)):
        page.screen(width, height, dark)
        page.open(url)
        (folder / f"{name}.png").write_bytes(base64.b64decode(page.call("Page.captureScreenshot", format="png")["data"]))
    page.open(url)
    (folder / "report.pdf").write_bytes(base64.b64decode(page.call("Page.printToPDF", preferCSSPageSize=True)["data"]))


def main():
    binary, report = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    url = report.as_uri()
    check_policy(report.read_text())
    with Chromium(binary) as page:
        page.screen(1280, 900)
        page.open(url)
        check_structure(page, "Not conformant: example-int – probity report")
        check_filters(page)
        check_fragments(page, url)
        check_looks(page, url)
        check_first_screen(page, url)
        check_paper(page, url)
        check_without_script(page, url)
        if len(sys.argv) > 3:
            leave_pictures(page, url, pathlib.Path(sys.argv[3]))
        check_events(page.events, url)
    print("\n".join(problems) or "the report reads, filters, prints and asks for nothing")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
