// What pages do more where scripts run. Everything works without.
"use strict";

// The alert that says what is wrong takes the focus, once.
const problem = document.querySelector("[data-focus]");
if (problem) problem.focus();

// Passwords can be shown.
for (const button of document.querySelectorAll("[data-shows]")) {
  const field = document.getElementById(button.dataset.shows);
  const words = [button.textContent, button.dataset.hide];
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.textContent = words[shown ? 0 : 1];
  });
}

// A form is sent once: a second click while it is under way does nothing.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// A form that waited for signing in again goes on by itself.
const late = document.querySelector("form[data-send]");
if (late) late.requestSubmit();

// Five minutes before the session ends: a word, and a way to stay.
const LEAVES_AFTER = 25 * 60 * 1000;
if ("signedIn" in document.body.dataset) setTimeout(warn, LEAVES_AFTER);

function warn() {
  const box = document.createElement("div");
  box.className = "usa-alert usa-alert--warning elms-leaves";
  box.setAttribute("role", "alert");
  const body = document.createElement("div");
  body.className = "usa-alert__body";
  const text = document.createElement("p");
  text.className = "usa-alert__text";
  text.textContent = document.body.dataset.leaves + " ";
  const stay = document.createElement("button");
  stay.className = "usa-button";
  stay.type = "button";
  stay.textContent = document.body.dataset.stay;
  stay.addEventListener("click", async () => {
    await fetch("/stay", { credentials: "same-origin" });
    box.remove();
    setTimeout(warn, LEAVES_AFTER);
  });
  text.append(stay);
  body.append(text);
  box.append(body);
  document.body.append(box);
}

// Live pages: the server says that something changed; what changed is fetched again, and nothing else moves.
const live = document.querySelector("[data-live]");
if (live) listen(live.dataset.live);

function listen(address) {
  const events = new EventSource(address);
  const paused = document.querySelector("[data-live-paused]");
  events.addEventListener("changed", () => refresh());
  events.addEventListener("open", () => { if (paused) paused.hidden = true; });
  events.addEventListener("error", () => {
    if (paused) {
      paused.hidden = false;
      paused.querySelector("p").textContent = document.body.dataset.paused;
    }
  });
  window.addEventListener("pagehide", () => events.close());
}

async function refresh() {
  const answer = await fetch(live.dataset.liveFrom || location.href, { credentials: "same-origin", headers: { "X-Live": "1" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (fresh && !part.contains(document.activeElement) && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
  }
}

// All boxes of a table at once.
for (const all of document.querySelectorAll("[data-all]")) {
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    document.querySelectorAll(`input[name="${all.dataset.all}"]`).forEach((box) => { box.checked = all.checked; });
  });
}

// Printing is one click.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
