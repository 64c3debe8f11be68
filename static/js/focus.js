// Where the focus goes after a swap. htmx itself gives it back to an element that keeps its id; here is the rest:
// what asks for it by data-focus, and the next row when the row that had it is gone.

let heir = null;

const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";

function take(element) {
  if (!element.matches(FOCUSABLE)) {
    element.setAttribute("tabindex", "-1");
  }
  element.removeAttribute("data-focus");
  element.focus();
}

function control(row) {
  return row?.querySelector(".row__title a, .agenda__title a") ?? row?.querySelector("a[href], button") ?? null;
}

function next(element) {
  const item = element.closest("li");
  const list = item?.parentElement;
  if (!list) return null;
  return control(item.nextElementSibling) ?? control(item.previousElementSibling) ?? headingOf(list);
}

function headingOf(list) {
  let before = list;
  while ((before = before.previousElementSibling)) {
    const heading = before.matches("h1, h2, h3") ? before : before.querySelector("h1, h2, h3");
    if (heading) return heading;
  }
  return document.querySelector("main h1");
}

// By id as well: the part that holds it may be swapped with what it inherits from.
function remember(element) {
  return element && { element, id: element.closest("[id]")?.id };
}

function inherit({ element, id }) {
  const place = element?.isConnected ? element : document.getElementById(id);
  if (place) take(place.matches(FOCUSABLE) ? place : (control(place) ?? place));
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const element = event.detail.requestConfig?.elt;
  const focused = document.activeElement;
  heir = event.detail.target?.contains(focused) ? remember(focused) : null;
  if (!element?.contains(focused)) return;
  heir = element.dataset.heir ? { id: element.dataset.heir } : remember(next(element));
});

document.addEventListener("htmx:afterSettle", (event) => {
  const asked = event.target.matches?.("[data-focus]") ? event.target : event.target.querySelector?.("[data-focus]");
  if (asked) take(asked);
});

// Not afterSettle: an answer that only removes settles nothing.
document.addEventListener("htmx:afterRequest", () => {
  const lost = document.activeElement === document.body || !document.activeElement;
  if (lost && heir) inherit(heir);
  heir = null;
});

document.addEventListener("heir", (event) => inherit(event.detail));

// What scrolls sideways in its own box can be reached and scrolled by keyboard. What a closed <details> holds is left
// until it opens: to measure it would lay out each one by itself. All are measured before the first is changed.
function openBoxes(root) {
  const boxes = [...root.querySelectorAll(".prose pre, .prose table, .table-box, math")];
  const seen = boxes.filter((box) => !box.hasAttribute("tabindex") && !box.closest("details:not([open])"));
  for (const box of seen.filter((box) => box.scrollWidth > box.clientWidth)) box.setAttribute("tabindex", "0");
}

openBoxes(document);
document.addEventListener("htmx:load", (event) => openBoxes(event.detail.elt));
document.addEventListener("toggle", (event) => openBoxes(event.target), true);

const first = document.querySelector("[data-focus]");
if (first) take(first);
