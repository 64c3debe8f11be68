// A button that copies a field's text; without script, or without a clipboard, the field is there to select. The event
// `cite` asks for the BibTeX of the paper whose address it carries.

function say(text) {
  document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
}

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
  say(button.textContent);
});

async function fetched(address) {
  const answer = await fetch(new URL("cite.bib", new URL(address, location.href)), { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return answer.text();
}

document.addEventListener("cite", async (event) => {
  try {
    await navigator.clipboard.writeText(await fetched(event.detail.address));
    say("BibTeX copied.");
  } catch {
    say("BibTeX was not copied. The paper’s page has it under Cite.");
  }
});

document.addEventListener("htmx:afterSettle", offer);
offer();
