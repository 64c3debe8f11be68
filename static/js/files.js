// A file field says what was chosen, and before sending whether it is too large. A drop anywhere on the page counts:
// it fills the form that says data-drop-here, or sends the one that says data-drop-anywhere.

const megabytes = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

function sizeOf(files) {
  return [...files].reduce((sum, file) => sum + file.size, 0);
}

function tell(area, input) {
  const note = area.querySelector("[data-file-note]");
  const most = Number(area.dataset.maxBytes || Infinity);
  const size = sizeOf(input.files);
  const names = [...input.files].map((file) => file.name);
  const what = names.length === 1 ? "This file is" : `These ${names.length} files are`;
  input.setCustomValidity(size > most ? `${what} ${megabytes(size)}; the limit is ${megabytes(most)}.` : "");
  if (size > most) input.reportValidity();
  if (note) note.textContent = names.length ? `${names.join(", ")}: ${megabytes(size)}` : "";
}

function bind(area) {
  const input = area.querySelector("input[type=file]");
  input?.addEventListener("change", () => tell(area, input));
}

document.querySelectorAll("[data-file-drop]").forEach(bind);
document.addEventListener("htmx:load", (event) => {
  event.detail.elt.querySelectorAll?.("[data-file-drop]").forEach(bind);
});

// --- a drop anywhere ---------------------------------------------------------------------------------------

const overlay = document.querySelector("[data-drop-overlay]");

function carriesFiles(event) {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
}

function show(isShown) {
  overlay.hidden = !isShown;
}

function take(files) {
  const form = document.querySelector("[data-drop-here], [data-drop-anywhere]");
  const input = form.querySelector("input[type=file]");
  input.files = files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  if (form.matches("[data-drop-here]")) {
    input.focus();
    return;
  }
  const most = Number(form.dataset.maxBytes);
  if (sizeOf(files) <= most) {
    form.requestSubmit();
    return;
  }
  const text = `Not sent. This is ${megabytes(sizeOf(files))}; the limit is ${megabytes(most)}.`;
  overlay.querySelector("p").textContent = text;
  show(true);
}

if (overlay) {
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    show(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) show(false);
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    show(false);
    if (event.dataTransfer.files.length) take(event.dataTransfer.files);
  });
  overlay.addEventListener("click", () => show(false));
}
