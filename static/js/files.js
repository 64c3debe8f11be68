// A file field says what was chosen, and before sending whether it is too large. A drop anywhere on the area counts.

const megabytes = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

function tell(area, input) {
  const file = input.files[0];
  const note = area.querySelector("[data-file-note]");
  const most = Number(area.dataset.maxBytes || Infinity);
  const tooLarge = Boolean(file) && file.size > most;
  input.setCustomValidity(tooLarge ? `This file is ${megabytes(file.size)}; the limit is ${megabytes(most)}.` : "");
  if (tooLarge) input.reportValidity();
  if (note) note.textContent = file ? `${file.name}, ${megabytes(file.size)}` : "";
}

function bind(area) {
  const input = area.querySelector("input[type=file]");
  if (!input) return;
  input.addEventListener("change", () => tell(area, input));
  area.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.dataset.over = "";
  });
  area.addEventListener("dragleave", () => delete area.dataset.over);
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    delete area.dataset.over;
    if (event.dataTransfer.files.length === 0) return;
    input.files = event.dataTransfer.files;
    tell(area, input);
  });
}

document.querySelectorAll("[data-file-drop]").forEach(bind);
document.addEventListener("htmx:load", (event) => {
  event.detail.elt.querySelectorAll?.("[data-file-drop]").forEach(bind);
});
