// Nothing is lost: what is typed is kept with the session, and what others change comes in without touching a form, its cursor or its ticks.
"use strict";
(() => {
  const work = () => document.getElementById("review-work");
  const say = (state, failed = false) => {
    const place = document.getElementById("save-state");
    if (!place) return;
    place.textContent = place.dataset[state];
    place.classList.toggle("late", failed);
  };

  // Half-typed forms go to the server a moment after the last key, and when the page is left.
  const PAUSE = 700;
  let timer = 0;
  let dirty = null;
  let sending = new AbortController();
  const send = async () => {
    const form = dirty;
    clearTimeout(timer);
    if (!form) return;
    dirty = null;
    sending = new AbortController();
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), credentials: "same-origin", signal: sending.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      if (!dirty) say("textKept");
    } catch (error) {
      if (error.name === "AbortError") return;
      dirty = dirty || form;
      say("textFailed", true);
      timer = setTimeout(send, 5000);
    }
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form) return;
    dirty = form;
    say("textTyping");
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  });

  // The last letters before the page is left overtake no request: this tab remembers them until it is here again.
  const STORE = "jiandi-review";
  const person = () => document.querySelector(".review")?.dataset.person;
  window.addEventListener("pagehide", () => {
    clearTimeout(timer);
    if (!dirty) return;
    const values = [...new FormData(dirty)].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "page");
    sessionStorage.setItem(STORE, JSON.stringify({ person: person(), url: dirty.dataset.draft, values }));
    navigator.sendBeacon(dirty.dataset.draft, new FormData(dirty));
  });
  const fill = (form, values) => {
    values.forEach(([name, value]) => { if (form.elements[name]) form.elements[name].value = value; });
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const restore = () => {
    const kept = JSON.parse(sessionStorage.getItem(STORE) || "null");
    sessionStorage.removeItem(STORE);
    const [, item, verb] = kept && kept.person === person() ? kept.url.match(/item\/(\d+)\/(\w+)\/draft/) || [] : [];
    if (!item || !document.getElementById(`row-${item}`)) return;
    const find = () => document.getElementById(`form-${item}-${verb}`);
    if (find()) { fill(find(), kept.values); return; }
    const url = `${document.querySelector(".review").dataset.url}?item=${item}&do=${verb}`;
    window.htmx.ajax("GET", url, { target: "#review-work", swap: "outerHTML" }).then(() => { if (find()) fill(find(), kept.values); });
  };
  window.addEventListener("load", restore);
  const stop = () => {
    sending.abort();
    dirty = null;
    clearTimeout(timer);
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    const elt = event.detail.elt;
    if (elt.matches?.("form[data-draft]")) stop();
    else if (elt.matches?.("[data-key=Escape]")) stop();
    else if (dirty && elt !== work()) send();
    if (elt !== work() && event.detail.target === work()) window.htmx.trigger(work(), "htmx:abort");
  });

  // Others' changes: the form stays the same element (hx-preserve); cursor, scroll and ticks are put back around it.
  let composing = false;
  document.addEventListener("compositionstart", () => { composing = true; });
  document.addEventListener("compositionend", () => { composing = false; });
  let before = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const goal = event.detail.target;
    const asker = event.detail.requestConfig.elt;
    if (goal.id === "review-work" && !goal.isConnected) {
      if (asker === goal || !work()) { event.detail.shouldSwap = false; return; }
      event.detail.target = work();
    }
    if (event.detail.target !== work()) return;
    const asked = asker === work();
    if (asked && (composing || document.querySelector(".review-work details.menu[open]"))) { event.detail.shouldSwap = false; return; }
    const active = document.activeElement;
    const unread = document.getElementById("unread");
    before = {
      active: asked && active && active.form ? active : null,
      from: active?.selectionStart, to: active?.selectionEnd,
      pane: document.getElementById("review-text")?.scrollTop,
      open: unread?.open,
      ticked: [...document.querySelectorAll("#unread [data-stretch]:checked")].map((one) => one.id),
      reason: document.getElementById("unread-reason")?.value,
    };
  });
  // A page picture shows rows too: it is fetched again when they have changed.
  let stamp = work()?.dataset.stamp;
  const renew = () => {
    const now = work()?.dataset.stamp;
    const shown = document.querySelector("#review-text[data-sheet]");
    if (now === stamp) return;
    stamp = now;
    if (shown) window.htmx.ajax("GET", shown.dataset.sheetUrl.replace("/0/", `/${shown.dataset.sheet || 1}/`), { target: "#review-text", swap: "outerHTML" });
  };

  document.addEventListener("htmx:afterSwap", () => {
    renew();
    if (!before) return;
    const { active, from, to, pane, open, ticked, reason } = before;
    before = null;
    const text = document.getElementById("review-text");
    if (text && pane) text.scrollTop = pane;
    const unread = document.getElementById("unread");
    if (unread && open) unread.open = true;
    ticked.forEach((id) => { const box = document.getElementById(id); if (box) box.checked = true; });
    const why = document.getElementById("unread-reason");
    if (why && reason && ticked.some((id) => document.getElementById(id))) why.value = reason;
    const again = active && (active.isConnected ? active : document.getElementById(active.id));
    if (!again || document.activeElement === again) return;
    again.focus({ preventScroll: true });
    if (typeof from === "number" && again.setSelectionRange && /^(textarea|text)$/.test(again.type)) again.setSelectionRange(from, to);
  });
})();
