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

// By ids, from the nearest on: the part that holds an element may be swapped with what it inherits from.
function idsOf(element, until = null) {
  const ids = [];
  for (let place = element; place && place !== until; place = place.parentElement) if (place.id) ids.push(place.id);
  return ids;
}

function inherit({ ids, element }) {
  const named = ids.map((id) => document.getElementById(id)).find(Boolean);
  const place = named ?? (element?.isConnected ? element : null);
  if (place) take(place.matches(FOCUSABLE) ? place : (control(place) ?? place));
}

// Whoever asked from a row stays with it as long as it is there, and goes on to the next one when it is gone.
function heirOf(asker, focused) {
  if (!asker?.contains(focused)) return { ids: idsOf(focused) };
  if (asker.dataset.heir) return { ids: [asker.dataset.heir] };
  const following = next(asker);
  return { ids: [...idsOf(focused, asker.closest("li")?.parentElement), ...idsOf(following)], element: following };
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const asker = event.detail.requestConfig?.elt;
  const focused = document.activeElement;
  const isTouched = asker?.contains(focused) || event.detail.target?.contains(focused);
  heir = isTouched ? heirOf(asker, focused) : null;
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

// Where tabs are wider than a phone, the one that is open is in sight.
requestAnimationFrame(() => {
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const list = tab.closest(".tabs");
    list.scrollLeft += Math.max(0, tab.getBoundingClientRect().right - list.getBoundingClientRect().right);
  }
});

// Whoever has just come in begins with the first paper.
const newcomer = document.querySelector("[data-first-row]");
const first = document.querySelector("[data-focus]") ?? (newcomer && control(document.querySelector("[data-row]")));
if (first) take(first);
