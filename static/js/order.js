// The order of a list by dragging, beside its buttons: what was dropped is sent by the form of its buttons, with its place.
// Sortable is the published file of static/vendor; it is read by the pages that have such a list.

function send(event) {
  const form = event.item.querySelector("form[data-move]");
  if (!form || event.oldIndex === event.newIndex) return;
  const place = form.elements.place ?? form.appendChild(document.createElement("input"));
  Object.assign(place, { type: "hidden", name: "place", value: String(event.newIndex + 1) });
  form.requestSubmit();
}

function bind() {
  for (const list of document.querySelectorAll("[data-order]")) {
    if (!window.Sortable || window.Sortable.get(list)) continue;
    window.Sortable.create(list, { handle: "[data-grip]", draggable: "li", animation: 0, onEnd: send });
  }
}

bind();
document.addEventListener("htmx:load", bind);
