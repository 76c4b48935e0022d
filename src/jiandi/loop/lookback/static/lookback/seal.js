// A secret made in the browser: it is shown once, only its digest goes into the form.
"use strict";
(() => {
  const form = document.querySelector("[data-seal]");
  if (!form || form.dataset.seal !== "sha256" || !window.crypto?.subtle) return;
  const make = form.querySelector("[data-make]");
  const shown = form.querySelector("[data-secret]");
  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  make.hidden = false;
  make.addEventListener("click", async () => {
    const party = form.elements.party;
    if (!party.value.trim()) { party.focus(); return; }
    const secret = hex(crypto.getRandomValues(new Uint8Array(32)));
    const text = new TextEncoder().encode(`commit\n${party.value.trim()}\n${secret}`);
    form.elements.digest.value = hex(await crypto.subtle.digest("SHA-256", text));
    shown.querySelector("code").textContent = secret;
    shown.hidden = false;
    party.readOnly = true;
  });
})();
