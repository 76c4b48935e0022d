// A form's grid: arrow keys move between cells; the sheet stays where it was when a cell is chosen; another kind of list asks again.
"use strict";
(() => {
  let left = 0;
  let top = 0;
  const sheet = () => document.querySelector(".form-sheet");

  const cell = (row, column) => document.querySelector(`[data-grid] a[data-row="${row}"][data-column="${column}"]`);
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  document.addEventListener("keydown", (event) => {
    const from = event.target.closest("[data-grid] a");
    const way = moves[event.key];
    if (!from || !way || event.ctrlKey || event.metaKey || event.altKey) return;
    let row = Number(from.dataset.row);
    let column = Number(from.dataset.column);
    for (let tries = 0; tries < 60; tries += 1) {
      row += way[0];
      column += way[1];
      const next = cell(row, column);
      if (next) {
        event.preventDefault();
        next.focus();
        return;
      }
    }
  });

  document.addEventListener("htmx:beforeSwap", () => {
    if (sheet()) [left, top] = [sheet().scrollLeft, sheet().scrollTop];
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (sheet()) sheet().scrollTo(left, top);
  });
})();
