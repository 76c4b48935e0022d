// Letter review by keyboard: J/K move, Enter confirms, E edits, S splits at the cursor, M merges, P and [ ] put a row where it belongs,
// 1 to 9 choose a unit, X drops, U undoes, N goes through what stands in no row.
"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("[data-row-item]")];
  const current = () => document.querySelector("[data-row-item].row-on");
  const typing = (node) => node.closest("input, select, textarea, [contenteditable]") !== null;
  const pane = () => document.getElementById("review-text");
  const marksOf = (item) => [...document.querySelectorAll(`.span[data-item="${item}"], .mark[data-item="${item}"]`)];
  let kept = null;
  let place = 0;
  let scrolled = 0;
  let after = false;

  const light = () => {
    document.querySelectorAll(".span-on").forEach((one) => one.classList.remove("span-on"));
    const marks = marksOf(kept);
    marks.forEach((one) => one.classList.add("span-on"));
    return marks[0];
  };

  // A page is fetched when the row stands on another one than is shown.
  const turnTo = (page) => {
    const shown = pane();
    if (!shown.dataset.sheetUrl || !page || shown.dataset.sheet === page) return false;
    window.htmx.ajax("GET", shown.dataset.sheetUrl.replace("/0/", `/${page}/`), { target: "#review-text", swap: "outerHTML" });
    return true;
  };

  const stand = (row, fromText = false) => {
    rows().forEach((one) => one.classList.toggle("row-on", one === row));
    kept = row.dataset.rowItem;
    place = rows().indexOf(row);
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    if (!fromText && turnTo(row.dataset.page)) return;
    const first = light();
    if (first && !fromText) first.scrollIntoView({ block: "nearest" });
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

  // What stands in no row: the next stretch after the one last looked at, in the list and in the text.
  let looked = -1;
  const look = (start) => {
    const list = document.getElementById("unread");
    if (!list) return false;
    list.open = true;
    const boxes = [...list.querySelectorAll("[data-stretch]")];
    const box = start === undefined ? boxes.find((one) => Number(one.dataset.stretch) > looked) || boxes[0] : boxes.find((one) => Number(one.dataset.stretch) === start);
    if (!box) { list.scrollIntoView({ block: "nearest" }); return true; }
    looked = Number(box.dataset.stretch);
    box.focus();
    box.scrollIntoView({ block: "nearest" });
    show(looked);
    return true;
  };
  const show = (start) => {
    const mark = document.getElementById(`un-${start}`);
    document.querySelectorAll(".span-on").forEach((one) => one.classList.remove("span-on"));
    if (mark) { mark.classList.add("span-on"); mark.scrollIntoView({ block: "nearest" }); }
  };

  const KEYS = { ArrowRight: "]", ArrowLeft: "[" };
  const OURS = /^(Enter|ArrowDown|ArrowUp|[jkunesmpx0-9]|\[|\])$/;
  // New rows know their steps only when htmx has settled them; a quick key waits for that.
  const settled = () => !document.querySelector("#review-work.htmx-added, #review-work.htmx-settling");
  const act = (key) => {
    const row = current();
    if (key === "j" || key === "ArrowDown") return step(1), true;
    if (key === "k" || key === "ArrowUp") return step(-1), true;
    if (key === "u") return press(document.querySelector(".review-head"), "u");
    if (key === "n") return look();
    const wanted = KEYS[key] || key;
    if (!row || !/^(Enter|[esmpx0-9]|\[|\])$/.test(wanted)) return false;
    after = wanted === "Enter";
    return (wanted === "s" && splitAtCursor(row)) || press(row, wanted);
  };

  document.addEventListener("keydown", (event) => {
    if (!document.querySelector("#review-work") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && press(document.querySelector(".item-form"), "Escape")) return;
    const box = event.target.matches("[data-stretch]");
    if ((typing(event.target) && !(box && event.key === "n")) || (event.key === "Enter" && event.target.closest("a, button, summary"))) return;
    if (!OURS.test(KEYS[event.key] || event.key)) return;
    if (!settled()) {
      event.preventDefault();
      setTimeout(() => act(event.key), 60);
    } else if (act(event.key)) event.preventDefault();
  }, true);

  document.addEventListener("click", (event) => {
    const mark = event.target.closest(".span[data-item], .mark[data-item]");
    if (mark) {
      const row = document.getElementById(`row-${mark.dataset.item}`);
      event.preventDefault();
      if (row) stand(row, true);
      return;
    }
    const unread = event.target.closest("[data-unread], [data-unread-list], [data-find]");
    if (unread && document.getElementById("unread")) {
      event.preventDefault();
      if (unread.dataset.find) show(Number(unread.dataset.find));
      else look(unread.dataset.unread ? Number(unread.dataset.unread) : undefined);
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

  document.addEventListener("htmx:configRequest", (event) => {
    const view = event.detail.elt.closest?.("[data-view=picture]");
    const page = view && current()?.dataset.page;
    if (page) event.detail.path = event.detail.path.replace("/sheet/1/", `/sheet/${page}/`);
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "review-work") scrolled = document.getElementById("review-list")?.scrollTop || 0;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id === "review-text" && current()) {
      light()?.scrollIntoView({ block: "nearest" });
      return;
    }
    const list = document.getElementById("review-list");
    if (!list || !kept || current()) return;
    list.scrollTop = scrolled;
    const typed = document.activeElement && typing(document.activeElement) ? document.activeElement : null;
    const field = typed || document.querySelector(".item-form textarea, .item-form input:not([type=hidden]), .item-form select");
    const same = document.getElementById(`row-${kept}`);
    const row = same || rows()[place] || rows()[place - 1];
    if (row && !typed) stand(row);
    else if (row) { row.classList.add("row-on"); light(); }
    if (field && !typed) field.focus();
    else if (after && same) step(1);
    after = false;
  });

  const first = document.getElementById(window.location.hash.slice(1)) || document.querySelector("[data-row-item]:has(.item-form)") || rows()[0];
  if (first && first.matches("[data-row-item]")) stand(first);
  // A browser puts the focus on what the address names when all is loaded; the open form has it after that.
  const begin = () => document.querySelector(".row-on .item-form :is(textarea, select, input:not([type=hidden]))")?.focus();
  begin();
  window.addEventListener("load", () => setTimeout(begin));
})();
