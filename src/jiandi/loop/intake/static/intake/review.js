// Letter review by keyboard: J/K move, Enter confirms, E edits, S splits at the cursor, M merges, X drops, U undoes.
"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("[data-row-item]")];
  const current = () => document.querySelector("[data-row-item].row-on");
  const typing = (node) => node.closest("input, select, textarea, [contenteditable]") !== null;
  let kept = null;
  let place = 0;
  let scrolled = 0;
  let after = false;

  const stand = (row, fromText = false) => {
    rows().forEach((one) => one.classList.toggle("row-on", one === row));
    kept = row.dataset.rowItem;
    place = rows().indexOf(row);
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    document.querySelectorAll(".span-on").forEach((one) => one.classList.remove("span-on"));
    const marks = [...document.querySelectorAll(`.span[data-item="${kept}"]`)];
    marks.forEach((one) => one.classList.add("span-on"));
    if (marks[0] && !fromText) marks[0].scrollIntoView({ block: "nearest" });
  };

  const step = (by) => {
    const all = rows();
    const at = all.indexOf(current());
    const next = all[at < 0 ? 0 : at + by];
    if (next) stand(next);
  };

  // Offsets count code points, as the server does; a browser counts UTF-16 units.
  const cursor = () => {
    const chosen = window.getSelection();
    const node = chosen && chosen.anchorNode;
    const piece = node && node.parentElement && node.parentElement.closest("#review-text [data-start]");
    if (!piece || node.nodeType !== Node.TEXT_NODE) return null;
    const before = document.createRange();
    before.selectNodeContents(piece);
    before.setEnd(node, chosen.anchorOffset);
    return Number(piece.dataset.start) + [...before.toString()].length;
  };

  const splitAtCursor = (row) => {
    const at = cursor();
    const form = row.querySelector("form[hx-post]");
    if (at === null || at <= Number(row.dataset.start) || at >= Number(row.dataset.end) || !form) return false;
    const values = { at, version: form.elements.version.value, page: form.elements.page.value };
    window.htmx.ajax("POST", form.getAttribute("hx-post").replace(/[^/]+\/$/, "split/"), { target: "#review-work", swap: "outerHTML", values });
    return true;
  };

  const press = (place, key) => {
    const button = place && place.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (button) button.click();
    return Boolean(button);
  };

  const act = (key) => {
    const row = current();
    if (key === "j" || key === "ArrowDown") return step(1), true;
    if (key === "k" || key === "ArrowUp") return step(-1), true;
    if (key === "u") return press(document.querySelector(".review-head"), "u");
    if (!row || !["Enter", "e", "s", "m", "x"].includes(key)) return false;
    after = key === "Enter";
    return (key === "s" && splitAtCursor(row)) || press(row, key);
  };

  document.addEventListener("keydown", (event) => {
    if (!document.querySelector("#review-work") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && press(document.querySelector(".item-form"), "Escape")) return;
    if (typing(event.target) || (event.key === "Enter" && event.target.closest("a, button, summary"))) return;
    if (act(event.key)) event.preventDefault();
  }, true);

  document.addEventListener("click", (event) => {
    const mark = event.target.closest(".span[data-item]");
    if (mark) {
      const row = document.getElementById(`row-${mark.dataset.item}`);
      event.preventDefault();
      if (row) stand(row, true);
      return;
    }
    const jump = event.target.closest("[data-jump]");
    const goal = jump && document.getElementById(`row-${jump.dataset.jump}`);
    if (goal) { event.preventDefault(); stand(goal); return; }
    const words = event.target.closest(".item-words");
    if (words) event.preventDefault();
    const row = event.target.closest("[data-row-item]");
    if (row && !typing(event.target) && row !== current()) stand(row);
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "review-work") scrolled = document.getElementById("review-list")?.scrollTop || 0;
  });

  document.addEventListener("htmx:afterSettle", () => {
    const list = document.getElementById("review-list");
    if (!list || !kept || current()) return;
    list.scrollTop = scrolled;
    const field = document.querySelector(".item-form textarea, .item-form input:not([type=hidden]), .item-form select");
    const row = document.getElementById(`row-${kept}`) || rows()[Math.max(place - 1, 0)];
    if (row) stand(row);
    if (field) field.focus();
    else if (after) step(1);
    after = false;
  });

  const first = document.getElementById(window.location.hash.slice(1)) || rows()[0];
  if (first && first.matches("[data-row-item]")) stand(first);
})();
