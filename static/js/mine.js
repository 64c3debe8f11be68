// What is pressed while the answer for its place is on the way waits for it, and is pressed where the answer has put it:
// the first answer replaces the other button too, and htmx drops what a button asks that is no longer there.

const waiting = new Map(); // id of a place → ids of the buttons that were pressed, in order

const placeOf = (element) => element?.closest?.(".row__actions[id]");

document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest?.(".row-form button");
    const place = placeOf(button);
    if (!place?.querySelector(".htmx-request")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.set(place.id, [...(waiting.get(place.id) ?? []), button.id]);
  },
  true,
);

document.addEventListener("htmx:afterRequest", (event) => {
  const place = placeOf(event.detail.requestConfig?.elt);
  const [next, ...rest] = waiting.get(place?.id) ?? [];
  if (!next) return;
  waiting.set(place.id, rest);
  document.getElementById(next)?.click();
});
