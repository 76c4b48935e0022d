// Tables by keyboard: j/k or arrows move between rows, Enter opens, x selects. Bulk bar follows the selection.
"use strict";
(() => {
  const typing = (node) => node.closest("input:not([type=checkbox]), select, textarea, [contenteditable]") !== null;
  const rowsOf = (table) => [...table.querySelectorAll("tbody tr:not([hidden])")];
  const boxOf = (row) => row.querySelector("input[type=checkbox][data-row]");

  const current = () => {
    const here = document.activeElement.closest("table[data-rows] tbody tr");
    return here || document.querySelector("table[data-rows] tr.row-on");
  };

  const stand = (row) => {
    document.querySelectorAll("tr.row-on").forEach((old) => old.classList.remove("row-on"));
    row.classList.add("row-on");
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };

  const move = (step) => {
    const from = current();
    const table = from ? from.closest("table") : document.querySelector("table[data-rows]");
    if (!table) return false;
    const rows = rowsOf(table);
    const next = rows[from ? rows.indexOf(from) + step : 0];
    if (next) stand(next);
    return Boolean(next);
  };

  const open = (row) => {
    const link = row.querySelector("a.row-link") || row.querySelector("th a[href], td a[href]");
    if (link) link.click();
  };

  const inTable = () => document.activeElement.closest("table[data-rows], .sheet") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) return;
    const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && (event.key.length === 1 || inTable())) {
      if (move(step)) event.preventDefault();
      return;
    }
    const row = current();
    if (!row) return;
    if (event.key === "Enter" && document.activeElement === row) open(row);
    if (event.key === "x" && boxOf(row)) boxOf(row).click();
    if (event.key === "Home" && document.activeElement === row) stand(rowsOf(row.closest("table"))[0]);
    if (event.key === "End" && document.activeElement === row) stand(rowsOf(row.closest("table")).at(-1));
  });

  // Selection. A box with data-all in the head selects the page; Shift selects a stretch.
  let last = null;
  const boxes = () => [...document.querySelectorAll("input[type=checkbox][data-row]")];

  const count = () => {
    const chosen = boxes().filter((box) => box.checked);
    boxes().forEach((box) => box.closest("tr").classList.toggle("row-chosen", box.checked));
    document.querySelectorAll("[data-bulk]").forEach((bar) => {
      bar.hidden = chosen.length === 0;
      bar.querySelector(".bulk-count").textContent = document.body.dataset.textSelected.replace("%s", chosen.length);
    });
    document.querySelectorAll("input[data-all]").forEach((all) => {
      all.checked = chosen.length > 0 && chosen.length === boxes().length;
      all.indeterminate = chosen.length > 0 && chosen.length < boxes().length;
    });
  };

  document.addEventListener("click", (event) => {
    const box = event.target.closest("input[type=checkbox]");
    if (box?.matches("[data-all]")) boxes().forEach((other) => { other.checked = box.checked; });
    if (box?.matches("[data-row]")) {
      if (event.shiftKey && last) {
        const all = boxes();
        const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
        all.slice(Math.max(from, 0), to + 1).forEach((other) => { other.checked = box.checked; });
      }
      last = box;
    }
    if (event.target.closest("[data-unselect]")) boxes().forEach((other) => { other.checked = false; });
    if (box || event.target.closest("[data-unselect]")) count();
  });

  document.addEventListener("htmx:afterSettle", count);
  window.addEventListener("pageshow", count);
  count();
})();
