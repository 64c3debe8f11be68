// What went wrong is said beside the control and by role=alert; what went right comes in by an out-of-band swap
// or by an event `announce` ({text}), which an answer may also send as HX-Trigger.

const submitters = new WeakMap();

function say(id, text) {
  const region = document.getElementById(id);
  if (!region) return;
  region.textContent = "";
  // Emptied first and filled a frame later, so that the same sentence twice is read twice.
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}

function isSentence(request) {
  return Boolean(request) && (request.getResponseHeader("Content-Type") || "").startsWith("text/plain");
}

function sentence(detail) {
  const request = detail.xhr;
  const status = request ? request.status : 0;
  if (isSentence(request) && request.responseText) return request.responseText;
  if (status === 403) return "Not saved. This page was open too long: reload it and send again.";
  if (status === 404) return "Not saved. This is gone, or you can no longer see it.";
  if (status === 413) return "Not saved. This is larger than the server takes.";
  if (status === 429) return "Not saved. Too many requests: wait a minute.";
  return "Not saved.";
}

function worthRetrying(detail) {
  const status = detail.xhr ? detail.xhr.status : 0;
  return status === 0 || status === 429 || status >= 500;
}

// A button of a list of rows stands for itself: the form is around them all.
function formOf(element) {
  return element.closest("form:not(.row-form)") || element;
}

function clear(form) {
  const beside = form.nextElementSibling;
  const old = form.querySelector("[data-not-saved]") ?? (beside?.matches("[data-not-saved]") ? beside : null);
  if (!old) return;
  const focused = old.contains(document.activeElement);
  old.remove();
  if (focused) (submitters.get(form) ?? form).focus();
}

function retryButton(form) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "not-saved__retry";
  button.textContent = "Retry";
  button.addEventListener("click", () => {
    // A click, not requestSubmit: htmx takes the button's name and value from the click alone.
    const submitter = submitters.get(form);
    if (submitter?.isConnected) submitter.click();
    else if (form.requestSubmit) form.requestSubmit();
    else form.click();
  });
  return button;
}

function failed(event) {
  const element = event.detail.elt;
  if (!element || element.matches("[data-poll]")) return;
  const form = formOf(element);
  const text = sentence(event.detail);
  const note = document.createElement("span");
  note.className = "not-saved";
  note.dataset.notSaved = "";
  note.append(text);
  if (worthRetrying(event.detail)) note.append(retryButton(form));
  clear(form);
  if (form.matches("form")) form.append(note);
  else form.after(note);
  say("alert", text);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = formOf(event.detail.elt);
  const submitter = event.detail.requestConfig?.triggeringEvent?.submitter;
  if (submitter) submitters.set(form, submitter);
  clear(form);
});

// A 409 or 422 comes with its form to swap in, or with a bare sentence, which is no part of the page.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (![409, 422].includes(event.detail.xhr.status) || !isSentence(event.detail.xhr)) return;
  event.detail.shouldSwap = false;
  event.detail.isError = true;
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, failed);
}

// What asked may be gone by the time of the answer: the page went on by itself. Beside it, htmx would look in vain for the
// places of what comes out of band; so it comes back for that moment, unseen.
const shelter = document.body.appendChild(Object.assign(document.createElement("div"), { hidden: true }));

document.addEventListener("htmx:beforeSend", ({ detail: { elt, xhr } }) => {
  if (!elt.matches("form, button")) return;
  xhr.addEventListener("readystatechange", () => {
    if (xhr.readyState === XMLHttpRequest.DONE && !elt.isConnected) shelter.append(elt);
  });
  xhr.addEventListener("loadend", () => shelter.replaceChildren());
});

document.addEventListener("announce", (event) => {
  const text = event.detail?.text ?? event.detail?.value;
  if (text) say("status", text);
});
