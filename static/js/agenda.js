// An agenda that others changed meanwhile is only offered, by a quiet bar: nothing moves under the pointer, and what is half
// typed stays. Compared is what it says: of a time its moment, and not what passes by itself or answers what was sent.

const PASSING = "[data-passing], .versions, .notice--error, .field__error";

function saying(part) {
  const copy = part.cloneNode(true);
  for (const each of copy.querySelectorAll(PASSING)) each.remove();
  for (const time of copy.querySelectorAll("time")) time.replaceWith(time.dateTime);
  return copy.textContent.replace(/\s+/g, " ");
}

const sayings = (root) => [...root.querySelectorAll("main > .page-head, #agenda")].map(saying).join();

document.addEventListener("live:came", (event) => {
  const { page, offer } = event.detail;
  if (sayings(page) !== sayings(document)) offer("The agenda has changed · show", "The agenda has changed.");
});

// Whatever one changes is answered by the newest agenda.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "agenda") document.querySelector("[data-new-order]")?.remove();
});
