// Words of a box into the clipboard; without a clipboard they are selected, to be copied by hand.
"use strict";
(() => {
  document.querySelectorAll("[data-copy]").forEach((button) => {
    const box = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      box.focus();
      box.select();
      try {
        await navigator.clipboard.writeText(box.value);
      } catch {
        document.execCommand("copy");
      }
    });
  });
})();
