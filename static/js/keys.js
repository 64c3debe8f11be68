// Single keys for lists of papers. Off inside fields, with modifiers, while a dialog is open, and for whoever
// switched them off (data-shortcuts on <html>). The row in hand is the one that has the real focus.

const help = document.querySelector("dialog[data-keys]");

const rows = () => [...document.querySelectorAll("[data-row]")];
// Whoever comes back to a list goes on at the row that its address names.
const rowNamed = () => (document.activeElement === document.body ? document.querySelector("li > [data-row]:target") : null);
const rowInHand = () => document.activeElement?.closest("[data-row]") ?? rowNamed();

function step(by) {
  const all = rows();
  if (all.length === 0) return false;
  const at = all.indexOf(rowInHand());
  const row = all[at === -1 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  const link = row.querySelector(".row__title a") ?? row.querySelector("a[href], button");
  link?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function press(selector) {
  const all = document.querySelectorAll(`main ${selector}`);
  const control = rowInHand()?.querySelector(selector) ?? (rows().length <= 1 && all.length === 1 ? all[0] : null);
  control?.click();
  return Boolean(control);
}

const titleInHand = () => rowInHand()?.querySelector(".row__title a") ?? null;

function follow(link) {
  link?.click();
  return Boolean(link);
}

// The address of the paper that the keys mean: the row in hand, else the page's own.
function paperInHand() {
  return titleInHand()?.href ?? document.querySelector("main [data-paper]")?.dataset.paper ?? "";
}

function cite() {
  const address = paperInHand();
  if (address) document.dispatchEvent(new CustomEvent("cite", { detail: { address } }));
  return Boolean(address);
}

// A row has the link to the paper's abstract alone; its PDF is next to it.
function openPdf() {
  const link = document.querySelector("main a[data-pdf]") ?? rowInHand()?.querySelector("a[href^='https://arxiv.org/abs/']");
  if (link) window.open(link.href.replace("/abs/", "/pdf/"), "_blank", "noopener");
  return Boolean(link);
}

// The next row with unread discussion, from the top again after the last; on a paper's page its first new comment, and
// when that is behind one, the next paper with any.
function goToUnread() {
  const all = rows();
  const after = all.indexOf(rowInHand()) + 1;
  const row = [...all.slice(after), ...all.slice(0, after)].find((one) => one.querySelector(".row__title a") && one.querySelector(".unread"));
  const here = document.querySelector("main a.unread");
  const isSeen = here && here.hash === location.hash;
  const link = row?.querySelector(".row__title a") ?? (isSeen ? null : here) ?? document.querySelector("main [data-next-unread]") ?? document.querySelector("[data-go='i']");
  if (row) row.scrollIntoView({ block: "nearest" });
  if (link && !row) link.click();
  else link?.focus({ preventScroll: true });
  return Boolean(link);
}

function write() {
  const field = document.querySelector("#text-new");
  const title = titleInHand();
  field?.focus();
  if (!field && title) location.assign(`${title.href}#discussion`);
  return Boolean(field || title);
}

const undo = () => !document.dispatchEvent(new CustomEvent("undo", { cancelable: true })); // undo.js

// "g" waits for the letter of a page; any other key ends the wait.
let going = false;

function go(event) {
  const link = going ? document.querySelector(`[data-go~="${CSS.escape(event.key)}"]`) : null;
  going = !going && event.key === "g";
  return going || follow(link);
}

function search() {
  const fields = [...document.querySelectorAll("[data-search]")].filter((field) => field.checkVisibility());
  const link = document.querySelector("a[data-search-link]");
  if (fields.length === 0) link?.click();
  fields.at(-1)?.select();
  return fields.length > 0 || Boolean(link);
}

function open() {
  if (!help || help.open) return false;
  help.showModal();
  return true;
}

const commands = {
  j: () => step(1),
  k: () => step(-1),
  v: () => press(".vote__button"),
  e: () => press(".row__abstract > summary"),
  o: () => follow(titleInHand()),
  s: () => press("[id^='save-']"),
  x: () => press("[id^='hide-']"),
  a: () => press("[id^='take-'], [id^='state-taken'], [id^='state-returned']"),
  b: cite,
  c: write,
  n: goToUnread,
  p: openPdf,
  u: undo,
  "[": () => follow(document.querySelector("main a[rel='prev']")),
  "]": () => follow(document.querySelector("main a[rel='next']")),
  "/": search,
  ".": () => follow(document.querySelector("[data-new-order]")),
  "?": open,
};

function isFree(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (document.documentElement.dataset.shortcuts === "off") return false;
  return !event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]");
}

document.addEventListener("keydown", (event) => {
  if (!isFree(event)) return;
  const command = Object.hasOwn(commands, event.key) ? commands[event.key] : null;
  if (go(event) || command?.()) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.target.closest?.(".composer")?.requestSubmit();
});

for (const button of document.querySelectorAll("[data-open-keys]")) {
  button.hidden = !help;
  button.addEventListener("click", open);
}
