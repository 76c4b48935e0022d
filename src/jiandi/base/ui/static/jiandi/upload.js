// Large files go in pieces and go on after a break; small ones, and everything without this script, go with the form.
"use strict";
(() => {
  const WHOLE = 8 * 1024 * 1024;
  const PIECE = 8 * 1024 * 1024;
  const PAUSE = 3000;
  const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });
  const kept = (form, file) => `upload:${form.dataset.upload}:${file.name}:${file.size}:${file.lastModified}`;

  class Refused extends Error {}

  const ask = async (form, url, given) => {
    const headers = { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, ...given.headers };
    const answer = await fetch(url, { credentials: "same-origin", redirect: "error", ...given, headers });
    const body = await answer.json().catch(() => ({}));
    if (answer.status === 409 || answer.status >= 500) throw new Error(body.message || String(answer.status));
    if (!answer.ok) throw new Refused(body.message || String(answer.status));
    return body;
  };

  // What was begun earlier goes on where it stopped; else begin.
  const begin = async (form, file, alone) => {
    const url = localStorage.getItem(kept(form, file));
    if (url) {
      try {
        return await ask(form, url, { method: "GET" });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        localStorage.removeItem(kept(form, file));
      }
    }
    const said = new FormData();
    said.set("file_name", file.name);
    said.set("size", file.size);
    for (const name of ["kind", "dated_on", ...(alone ? ["title"] : [])]) said.set(name, form.elements[name]?.value || "");
    const state = await ask(form, form.dataset.upload, { method: "POST", body: said });
    localStorage.setItem(kept(form, file), state.url);
    return state;
  };

  const send = async (form, file, alone, tell) => {
    let state = await begin(form, file, alone);
    while (state.received < state.size && !state.made) {
      tell("sending", state.received / state.size);
      const piece = file.slice(state.received, state.received + PIECE);
      const headers = { "Upload-Offset": String(state.received), "Content-Type": "application/octet-stream" };
      state = await ask(form, state.url, { method: "PUT", headers, body: piece });
    }
    tell("keeping", 1);
    await ask(form, state.finish, { method: "POST" });
    localStorage.removeItem(kept(form, file));
  };

  const sendAll = async (form, files) => {
    const place = form.querySelector(".upload-progress");
    place.hidden = false;
    for (const file of files) {
      const tell = (word, share) => {
        place.querySelector("progress").value = Math.floor(share * 100);
        place.querySelector("span").textContent = `${place.dataset[word]} ${file.name} ${Math.floor(share * 100)} %`;
      };
      for (;;) {
        try {
          await send(form, file, files.length === 1, tell);
          break;
        } catch (error) {
          if (error instanceof Refused) throw error;
          place.querySelector("span").textContent = place.dataset.broken;
          await wait(PAUSE);
        }
      }
    }
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.upload) return;
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
    if (!files.some((file) => file.size > WHOLE)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    try {
      await sendAll(form, files);
      window.htmx.ajax("GET", form.dataset.after, { target: form.dataset.panel, swap: "outerHTML" });
    } catch (error) {
      form.querySelector(".upload-progress span").textContent = error.message;
    } finally {
      delete form.dataset.busy;
    }
  }, true);
})();
