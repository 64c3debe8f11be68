// The palette of commands is fetched when it is asked for first: by Ctrl-K or Cmd-K, or by a link to the page of places,
// which is where one gets when it cannot be fetched.

const link = document.querySelector("a[data-palette-style]");

async function open() {
  try {
    const palette = await import(link.dataset.palette);
    await palette.open(link);
  } catch {
    location.assign(link.href);
  }
}

const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
const isAsked = (event) => event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);

document.addEventListener("keydown", (event) => {
  if (!link || !isAsked(event) || event.shiftKey || event.altKey || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  open();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("a[data-palette]") || !isPlain(event)) return;
  event.preventDefault();
  open();
});
