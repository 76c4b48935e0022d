// The presenter's view: keys 1 to 4 decide, arrows go on, a clock shows how long this item has taken.
"use strict";
(() => {
  const form = document.querySelector("[data-vote]");
  const task = document.querySelector("[data-task]");
  const kinds = form ? [...form.querySelectorAll('input[name="kind"]')] : [];
  const chosen = () => kinds.find((kind) => kind.checked);
  const typing = (node) => node.closest('textarea, select, input:not([type="radio"])') !== null;

  // What the task is asked for only where a decision sets one.
  const dress = () => {
    if (!task) return;
    const kind = chosen();
    task.hidden = !kind || kind.value === "go_on";
  };
  const choose = (kind) => {
    kind.checked = true;
    dress();
    if (kind.value === "go_on") form.requestSubmit();
    else task.querySelector(kind.value === "recheck" ? "input" : "textarea").focus();
  };
  dress();
  kinds.forEach((kind) => kind.addEventListener("click", () => choose(kind)));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (event.key === "Enter" && event.target.matches("textarea") && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    if (typing(event.target)) return;
    const kind = kinds[Number(event.key) - 1];
    if (kind && /^[1-4]$/.test(event.key)) {
      event.preventDefault();
      choose(kind);
    }
    const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (link && !event.target.matches('input[type="radio"]')) link.click();
  });

  const timer = document.querySelector("[data-timer]");
  if (timer) {
    const since = Date.now();
    const show = () => {
      const seconds = Math.floor((Date.now() - since) / 1000);
      timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      timer.classList.toggle("over", seconds >= Number(timer.dataset.limit));
    };
    timer.hidden = false;
    show();
    setInterval(show, 1000);
  }
})();
