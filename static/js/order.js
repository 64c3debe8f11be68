// The order of a list by dragging, beside its buttons: what was dropped is sent by its form, with its place, and with the
// line that it stands before. Lists of one name (data-order) go together: one with data-gives gives to the other.
// Sortable is the published file of static/vendor; it is read by the pages that have such a list.

// Before the form's buttons: a button pressed later, if this did not arrive, has the last word.
function put(form, name, value) {
  const there = form.querySelector(`input[type="hidden"][name="${name}"]`);
  const field = there ?? form.insertAdjacentElement("afterbegin", document.createElement("input"));
  Object.assign(field, { type: "hidden", name, value });
}

function send(event) {
  const form = event.item.querySelector("form[data-move]");
  if (!form || (event.from === event.to && event.oldIndex === event.newIndex)) return;
  put(form, "place", String(event.newIndex + 1));
  put(form, "before", event.item.nextElementSibling?.dataset.line ?? "");
  if (form.dataset.move) put(form, "move", form.dataset.move);
  form.requestSubmit();
}

function ways(list) {
  const gives = list.dataset.gives !== undefined;
  return { sort: !gives, group: { name: list.dataset.order || "alone", pull: gives, put: !gives } };
}

function bind() {
  for (const list of document.querySelectorAll("[data-order]")) {
    if (!window.Sortable || window.Sortable.get(list)) continue;
    const kind = { handle: "[data-grip]", draggable: ">li", animation: 0, onEnd: send };
    window.Sortable.create(list, { ...kind, ...ways(list) });
  }
}

bind();
document.addEventListener("htmx:load", bind);
