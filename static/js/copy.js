// A button that copies a field's text; without script, or without a clipboard, the field is there to select.

function offer() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Press Ctrl-C to copy";
  }
  document.dispatchEvent(new CustomEvent("announce", { detail: { text: button.textContent } }));
});

document.addEventListener("htmx:afterSettle", offer);
offer();
