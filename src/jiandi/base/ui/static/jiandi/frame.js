// The frame: keys, menus, focus after htmx swaps, and words when the server does not answer.
"use strict";
(() => {
  const body = document.body;
  const typing = (node) => node.closest("input, select, textarea, [contenteditable]") !== null;
  const one = (selector, root = document) => root.querySelector(selector);

  // Keys: "/" searches, "g" and a letter go to a page, "?" lists them.
  let waiting = false;
  const goTo = (key) => one(`#rail [data-key="${CSS.escape(key)}"]`)?.click();
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") one("details.menu[open]")?.removeAttribute("open");
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) return;
    if (waiting) {
      waiting = false;
      goTo(event.key);
    } else if (event.key === "g") {
      waiting = true;
      setTimeout(() => { waiting = false; }, 1500);
    } else if (event.key === "/" && one("#bar-search")) {
      event.preventDefault();
      one("#bar-search").focus();
    } else if (event.key === "?") {
      one("#keys")?.showModal();
    } else {
      one(`[data-press="${CSS.escape(event.key)}"]:not(:disabled)`)?.click();
    }
  });

  // What only works with script shows only with script.
  const dress = (root) => {
    root.querySelectorAll("[data-open], [data-shut], [data-unselect]").forEach((node) => { node.hidden = false; });
    if (window.TomSelect) {
      root.querySelectorAll("select[data-search]:not(.tomselected)").forEach((node) => {
        new window.TomSelect(node, { maxOptions: 300, plugins: node.multiple ? ["remove_button"] : [] });
      });
    }
  };
  dress(document);

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open)?.showModal();
    const shutter = event.target.closest("[data-shut]");
    if (shutter) {
      const box = shutter.closest("details");
      box.open = false;
      one("summary", box).focus();
    }
    const retry = event.target.closest("[data-retry]");
    if (retry) window.htmx.trigger(retry.closest("[data-panel]"), "retry");
    if (event.target.closest("[data-dismiss]")) event.target.closest(".notice, .error-piece").remove();
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  // A form is sent once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });

  // A part that came later may hold what the address points to, folded away.
  let arrived = false;
  const arrive = (part) => {
    const goal = window.location.hash.length > 1 && document.getElementById(window.location.hash.slice(1));
    if (arrived || !goal || goal === part || !part.contains(goal)) return;
    arrived = true;
    for (let box = goal.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    goal.scrollIntoView();
  };

  // Focus: htmx keeps it on an element with the same id; when it is lost, a wrong field takes it, or what stands now
  // where the last focused element stood. Answers overlap, so what was focused is noted when it is, not at a swap.
  let last = null;
  let around = [];
  document.addEventListener("focusin", (event) => {
    last = event.target;
    around = [];
    for (let node = last; node; node = node.parentElement) if (node.id) around.push(node.id);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (last?.isConnected && document.activeElement === body) last = null;
    const panel = event.detail.elt.closest?.("[data-panel]");
    if (panel && panel === event.detail.elt && event.detail.xhr.status >= 400) {
      event.detail.shouldSwap = false;
      showFault(panel);
    } else if (event.detail.serverResponse.trimStart().startsWith('<div class="error-piece"')) {
      event.detail.target = one("#notices");
      event.detail.swapOverride = "innerHTML";
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    dress(part);
    arrive(part);
    const wrong = one('[aria-invalid="true"]', part);
    if (wrong) wrong.focus();
    else if (last && !last.isConnected && document.activeElement === body) keepFocus();
  });

  const keepFocus = () => {
    const home = around.map((id) => document.getElementById(id)).find(Boolean);
    if (!home) return;
    if (!home.hasAttribute("tabindex")) home.tabIndex = -1;
    home.focus({ preventScroll: true });
  };

  // Failures: a panel says so in its place, everything else above the page.
  const showFault = (panel) => {
    const template = one("template", panel.parentElement);
    if (template) panel.replaceChildren(template.content.cloneNode(true));
  };
  const say = (text) => {
    const line = document.createElement("div");
    line.className = "notice notice-error";
    line.textContent = text;
    one("#notices")?.replaceChildren(line);
  };
  const fail = (event, text) => {
    const panel = event.detail.elt;
    if (panel.matches?.("[data-panel]")) showFault(panel);
    else if (!panel.closest?.(".work")) say(text);
  };
  document.addEventListener("htmx:sendError", (event) => fail(event, body.dataset.textFailed));
  document.addEventListener("htmx:timeout", (event) => fail(event, body.dataset.textFailed));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500 || event.detail.elt.matches?.("[data-panel]")) fail(event, body.dataset.textError);
  });

  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));
})();
