// What is being written is kept: on this device as it is typed, on the server every two seconds. The device keeps only what
// the server has not confirmed, for each page on its own.

const EVERY = 2_000;
const PREFIX = "draft ";
const PAGE = crypto.randomUUID();

const composers = new Map(); // form → {saved, timer, last, running, stopped, sending}
const fieldOf = (form) => form.elements.namedItem("text");
const nameOf = (form) => `${PREFIX}${form.dataset.place} `;
const say = (form, text) => {
  const place = form.querySelector("[data-saved]");
  if (place) place.textContent = text;
};

function stored(action) {
  try {
    return action(localStorage);
  } catch {
    return null; // switched off, or full: the server keeps it then
  }
}

const keep = (form, text) =>
  stored((device) => {
    const seen = form.elements.namedItem("seen").value;
    device.setItem(nameOf(form) + PAGE, JSON.stringify({ text, seen, at: Date.now() }));
  });
const forget = (form) => stored((device) => device.removeItem(nameOf(form) + PAGE));

// What this and other pages left on the device, the newest first; they are this page's own from now on.
function found(form) {
  const names = stored((device) => Object.keys(device).filter((name) => name.startsWith(nameOf(form)))) ?? [];
  const left = names.map((name) => stored((device) => JSON.parse(device.getItem(name)))).filter(Boolean);
  for (const name of names) stored((device) => device.removeItem(name));
  return left.sort((one, other) => other.at - one.at);
}

// choose.js shows both, and says when one was chosen.
function twoTexts(form, text) {
  composers.get(form).stopped = true;
  form.dispatchEvent(new CustomEvent("two-texts", { bubbles: true, detail: { text } }));
}

document.addEventListener("chosen", (event) => {
  const state = composers.get(event.target);
  if (state) state.stopped = false;
});

async function send(form, state, text) {
  const body = new URLSearchParams(new FormData(form));
  const headers = { "HX-Request": "true" };
  const answer = await fetch(form.dataset.draft, { method: "POST", body, headers, keepalive: body.toString().length < 60_000 });
  const isOurs = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
  if (!isOurs) throw new Error(`the answer is ${answer.status}`);
  const told = await answer.json();
  form.elements.namedItem("seen").value = told.version;
  if (answer.status === 409) {
    if (!state.sending) twoTexts(form, told.text);
    return;
  }
  state.saved = text;
  if (fieldOf(form).value === text) forget(form);
  say(form, text ? "Draft saved." : "");
}

async function save(form) {
  const state = composers.get(form);
  if (!state || !form.isConnected || state.running || state.stopped || state.sending) return;
  clearTimeout(state.timer);
  state.timer = 0;
  const text = fieldOf(form).value;
  if (text.replaceAll("\r\n", "\n") === state.saved) return;
  state.running = true;
  state.last = Date.now();
  try {
    await send(form, state, text);
  } catch {
    say(form, "Kept on this device; the server does not answer.");
  }
  state.running = false;
  if (fieldOf(form).value !== state.saved && !state.sending) later(form);
}

function later(form) {
  const state = composers.get(form);
  if (state.timer || state.stopped) return;
  state.timer = setTimeout(() => {
    state.timer = 0;
    save(form);
  }, Math.max(0, state.last + EVERY - Date.now()));
}

function begin(form) {
  if (composers.has(form)) return;
  const field = fieldOf(form);
  const server = field.defaultValue;
  composers.set(form, { saved: server, timer: 0, last: 0, running: false, stopped: false });
  const [newest, ...older] = found(form).filter(({ text }) => text !== field.value);
  // Someone was faster than this script.
  if (field.value !== server) {
    keep(form, field.value);
    if (newest) twoTexts(form, newest.text);
    else later(form);
    return;
  }
  if (!newest || field.hasAttribute("aria-invalid")) return;
  const seen = form.elements.namedItem("seen").value;
  field.value = newest.text;
  form.closest("details")?.setAttribute("open", "");
  keep(form, newest.text);
  const other = newest.seen === seen ? older[0]?.text : server;
  if (other === undefined || other === newest.text) later(form);
  else {
    twoTexts(form, other);
  }
}

function beginAll(root) {
  for (const form of composers.keys()) if (!form.isConnected) composers.delete(form);
  for (const form of root.querySelectorAll("form[data-draft]")) begin(form);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (!form || event.target !== fieldOf(form)) return;
  keep(form, event.target.value);
  if (composers.has(form)) later(form);
});

// Once it is sent there is nothing to keep; when that fails, it goes on.
for (const [name, sending] of [["htmx:beforeRequest", true], ["htmx:afterRequest", false]]) {
  document.addEventListener(name, (event) => {
    const state = composers.get(event.detail.elt);
    if (!state) return;
    clearTimeout(state.timer);
    state.timer = 0;
    state.sending = sending;
    if (!sending && event.detail.elt.isConnected) later(event.detail.elt);
  });
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.requestConfig?.elt;
  if (composers.has(form) && event.detail.xhr.status < 300) forget(form);
});

addEventListener("visibilitychange", () => {
  if (document.hidden) for (const form of composers.keys()) save(form);
});

addEventListener("load", () => beginAll(document)); // when every module listens
document.addEventListener("htmx:load", (event) => beginAll(event.detail.elt));
