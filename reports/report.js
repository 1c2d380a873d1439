// SPDX-License-Identifier: Apache-2.0
// Comfort for readers with scripts: filters, copy buttons, permalinks into folded parts, paper with
// everything open. The report is complete without it; filters only hide.
(() => {
  "use strict";
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const filter = document.getElementById("filter");
  const cards = all(".card");
  const boxes = all("#filter input[type=checkbox]");
  // A report of a run in which nothing could run has no requirements, and no filter.
  const search = document.querySelector("#filter input[type=search]") || { value: "" };
  const count = document.getElementById("count") || {};
  const texts = new Map();

  const textOf = (card) => {
    if (!texts.has(card)) texts.set(card, card.textContent.toLowerCase());
    return texts.get(card);
  };

  // The state of the view is the fragment: #level=must&verdict=not-met,undetermined&text=expired
  const chosen = (name) => boxes.filter((b) => b.name === name && b.checked).map((b) => b.value);
  const names = ["level", "verdict", "warnings"];

  const stateText = () => {
    const parts = names.map((n) => [n, chosen(n)]).filter(([, v]) => v.length)
      .map(([n, v]) => n + "=" + v.join(","));
    if (search.value.trim()) parts.push("text=" + encodeURIComponent(search.value.trim()));
    return parts.join("&");
  };

  const fits = (card) =>
    names.every((n) => { const wanted = chosen(n); return !wanted.length || wanted.includes(card.dataset[n]); }) &&
    (!search.value.trim() || textOf(card).includes(search.value.trim().toLowerCase()));

  const show = () => {
    let shown = 0;
    for (const card of cards) {
      card.hidden = !fits(card);
      shown += card.hidden ? 0 : 1;
    }
    for (const group of all(".group")) {
      const own = all(".card", group);
      group.hidden = own.length > 0 && own.every((c) => c.hidden);
    }
    count.textContent = shown === cards.length
      ? "Showing all " + shown + " requirements"
      : "Showing " + shown + " of " + cards.length + " requirements";
  };

  const remember = () => {
    const state = stateText();
    history.replaceState(null, "", state ? "#" + state : location.pathname + location.search);
  };

  const changed = () => { show(); remember(); };

  const apply = (state) => {
    const wanted = new Map(state.split("&").map((part) => {
      const at = part.indexOf("=");
      return [part.slice(0, at), part.slice(at + 1)];
    }));
    for (const box of boxes) box.checked = (wanted.get(box.name) || "").split(",").includes(box.value);
    try { search.value = decodeURIComponent(wanted.get("text") || ""); } catch { search.value = ""; }
    show();
  };

  // A permalink may point into something hidden or folded.
  const reveal = (target) => {
    const card = target.closest(".card");
    if (card && card.hidden) { apply(""); remember(); }
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    const inner = target.querySelector(":scope > details");
    if (inner) inner.open = true;
    target.scrollIntoView();
  };

  const follow = (fragment) => {
    if (/^(level|verdict|warnings|text)=/.test(fragment)) {
      apply(fragment);
      document.getElementById("requirements").scrollIntoView();
      return;
    }
    const target = fragment && document.getElementById(fragment);
    if (target) reveal(target);
  };

  const readFragment = () => {
    try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; }
  };

  // history.replaceState fires no event, so this sees links and the address bar only.
  window.addEventListener("hashchange", () => {
    const raw = location.hash.slice(1);
    follow(raw.startsWith("text=") || raw.includes("&text=") ? raw : readFragment());
  });
  // A second click on the same link changes no fragment, but the reader still wants to go there.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) follow(readFragment());
  });

  const folds = (open) => () => { for (const d of all("#requirements details:not(.ev)")) d.open = open; };
  if (filter) {
    filter.hidden = false;
    filter.addEventListener("input", changed);
    document.getElementById("reset").addEventListener("click", () => { apply(""); remember(); });
    document.getElementById("open-all").addEventListener("click", folds(true));
    document.getElementById("close-all").addEventListener("click", folds(false));
  }

  for (const box of all(".copy")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this command");
    button.addEventListener("click", async () => {
      const text = box.querySelector("pre");
      try {
        await navigator.clipboard.writeText(text.textContent);
      } catch {
        getSelection().selectAllChildren(text);
        document.execCommand("copy");
      }
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    box.append(button);
  }

  // Folded parts do not print; a record that is signed has to hold everything.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const d of folded) d.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const d of folded) d.open = false;
    folded = [];
  });

  const raw = location.hash.slice(1);
  show();
  if (raw) follow(raw.includes("=") ? raw : readFragment());
})();
