// The way back from what was done last stands in #undo until it is dismissed or something else is done. Whoever asks for
// it while an answer is on its way means what that answer confirms: the press waits for it.

const region = document.getElementById("undo");
const running = new Set(); // requests
let isWanted = false;

const button = () => region?.querySelector("[data-undo]") ?? null;
const isChange = (detail) => detail.requestConfig?.verb === "post" && !detail.elt?.matches("[data-poll]");

document.addEventListener("undo", (event) => {
  isWanted = running.size > 0;
  if (isWanted || button()) event.preventDefault();
  if (!isWanted) button()?.click();
});

document.addEventListener("htmx:beforeSend", (event) => {
  if (!isChange(event.detail)) return;
  running.add(event.detail.xhr);
  if (!region?.contains(event.detail.elt)) region?.replaceChildren();
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!running.delete(event.detail.xhr) || running.size > 0) return;
  const isDue = isWanted && event.detail.successful;
  isWanted = false;
  if (isDue) button()?.click();
});

document.addEventListener("click", (event) => {
  const dismiss = event.target.closest?.("[data-dismiss]");
  if (!dismiss) return;
  const { heir } = dismiss.form.dataset;
  region.replaceChildren();
  document.dispatchEvent(new CustomEvent("heir", { detail: { ids: [heir] } }));
});
