// A link from another site, dropped anywhere on a page of a group, is looked up as if typed into the field and added.

const form = document.querySelector("form.quick-field:has([data-add])");

function isField(target) {
  return Boolean(target.closest?.("input, textarea, [contenteditable]"));
}

function isLink(event) {
  const types = [...(event.dataTransfer?.types ?? [])];
  return types.includes("text/uri-list") && !types.includes("Files") && !isField(event.target);
}

function dropped(event) {
  const lines = event.dataTransfer.getData("text/uri-list").split(/\r?\n/);
  const link = lines.find((line) => /^https?:\/\//i.test(line)) ?? "";
  return link.startsWith(`${location.origin}/`) ? "" : link;
}

if (form) {
  document.addEventListener("dragover", (event) => {
    if (isLink(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!isLink(event)) return;
    event.preventDefault();
    const link = dropped(event);
    if (!link) return;
    form.elements.q.value = link;
    form.requestSubmit(form.querySelector("[data-add]"));
  });
}
