// The lines of long lists come asleep: htmx would prepare each of hundreds of buttons before anyone can press the first.
// One wakes when it is used, before its own controls hear of it.

const isAwake = (element) => !element.closest("[data-asleep]");

// At its start htmx asks the body once for all that it has to prepare, and has no setting by which to leave lines out.
const all = document.body.querySelectorAll;
document.body.querySelectorAll = (selector) => [...all.call(document.body, selector)].filter(isAwake);
document.addEventListener("htmx:load", () => delete document.body.querySelectorAll, { once: true });

function wake(event) {
  const line = event.target.closest?.("[data-asleep]");
  if (!line) return;
  delete line.dataset.asleep;
  window.htmx?.process(line);
}

document.addEventListener("click", wake, true);
