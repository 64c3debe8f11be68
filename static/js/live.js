// What others did meanwhile is brought onto the page: every half a minute while the tab is visible, it is asked for by the
// version that is shown. Parts are exchanged where they stand; what is in use (focus, open, under way) waits for the next
// time. What would stand elsewhere, or is new in the list, is only offered by a quiet bar; so it is by who hears live:came.

const main = document.querySelector("main[data-live]");
const PARTS = ".vote, .row__side, .row__meta";
const ALONE = ".news, .tabs, #votes-left, #presenting, #summary, .discussion > .section-head, .thread > li, .discussion > .muted";
const IN_USE = ":focus, [open], .htmx-request, [data-not-saved]";
const SLOWEST = 16; // times the usual wait, while there is no answer

const every = 1000 * Number(main?.dataset.every);
let version = main?.dataset.live;
let slower = 1;
let timer = 0;
let looked = Date.now();
let ownChanges = 0; // what was asked before one of these may be older than it

const rowsOf = (root) => [...root.querySelectorAll("main [data-row]")];

// Maps what names a part on any version of the page to its element.
function partsOf(root) {
  const parts = new Map();
  for (const row of rowsOf(root)) {
    for (const part of row.querySelectorAll(PARTS)) parts.set(`${row.id} ${part.className}`, part);
  }
  for (const part of root.querySelectorAll(`:is(.site-head, main) :is(${ALONE})`)) {
    parts.set(part.id || part.querySelector("[id^='c']")?.id || part.className, part);
  }
  return parts;
}

// Tokens of forms, and how long ago something was, differ with every version and tell nothing.
function saying(part) {
  const copy = part.cloneNode(true);
  for (const each of copy.querySelectorAll("input[type='hidden'], time")) each.remove();
  return copy.innerHTML;
}

const isInUse = (part) => part.matches(IN_USE) || part.querySelector(IN_USE) !== null;
const say = (text) => document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));

function put(part, place) {
  place(part);
  window.htmx?.process(part);
}
function exchange(parts) {
  let isWhole = true;
  const shown = partsOf(document);
  for (const [name, part] of parts) {
    const old = shown.get(name);
    if (!old || saying(old) === saying(part)) continue;
    if (isInUse(old)) isWhole = false;
    else put(document.importNode(part, true), (fresh) => old.replaceWith(fresh));
  }
  return isWhole;
}

// New threads are put behind those that are there; the first one takes the place of the word that there is none.
function addComments(page) {
  const list = page.querySelector(".thread");
  const here = document.querySelector(".thread");
  if (list && !here) {
    const none = document.querySelector(".discussion > .muted");
    if (none) put(document.importNode(list, true), (fresh) => none.replaceWith(fresh));
  } else if (list) {
    const known = partsOf(document);
    for (const item of list.children) {
      if (known.has(item.id || item.querySelector("[id^='c']")?.id)) continue;
      put(document.importNode(item, true), (fresh) => here.append(fresh));
    }
  }
}

// What only leaves the list (one has dealt with it) changes no order.
function isOrderNew(page) {
  const shown = rowsOf(document).map((row) => row.id);
  const fresh = rowsOf(page).map((row) => row.id);
  const left = shown.filter((id) => fresh.includes(id));
  return fresh.some((id, at) => id !== left[at]);
}

function offer(words, said) {
  if (document.querySelector("[data-new-order]")) return;
  const href = `${location.pathname}${location.search}`;
  const link = Object.assign(document.createElement("a"), { className: "new-order", href });
  link.dataset.newOrder = "";
  link.append(words, Object.assign(document.createElement("kbd"), { textContent: "." }));
  main.after(link);
  say(said);
}

// What one reads stays where it is, whatever grows above it: the row in hand, else the first one on screen.
function standing(change) {
  const inHand = document.activeElement?.closest("[data-row]");
  const row = inHand ?? rowsOf(document).find((each) => each.getBoundingClientRect().bottom > 0);
  const before = row?.getBoundingClientRect().top;
  change();
  if (row) scrollBy({ top: row.getBoundingClientRect().top - before, behavior: "instant" });
}

function take(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector("main[data-live]");
  if (!fresh) throw new Error("this is another page");
  standing(() => {
    addComments(page);
    if (exchange(partsOf(page))) version = fresh.dataset.live;
  });
  if (isOrderNew(page)) offer("Order changed · show", "The order of the papers has changed.");
  document.dispatchEvent(new CustomEvent("live:came", { detail: { page, offer } }));
}

async function ask() {
  const address = new URL(location.href);
  address.searchParams.set("seen", version);
  address.hash = "";
  const before = ownChanges;
  const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) throw new Error(`the answer is ${answer.status}`);
  const html = answer.status === 200 ? await answer.text() : "";
  if (html && before === ownChanges) take(html);
}

async function look() {
  clearTimeout(timer);
  looked = Date.now();
  try {
    if (!document.hidden) await ask();
    slower = 1;
  } catch {
    if (slower === 1) say("The server does not answer. What others do is not shown at the moment.");
    slower = Math.min(2 * slower, SLOWEST);
  }
  timer = setTimeout(look, slower * every);
}

if (main) {
  const [visit] = performance.getEntriesByType("navigation");
  for (const name of ["htmx:beforeRequest", "htmx:afterRequest"]) {
    document.addEventListener(name, (event) => {
      if (event.detail.requestConfig?.verb !== "get") ownChanges += 1;
    });
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - looked > every) look();
  });
  // Going back shows the page as it was when it came.
  if (visit?.type === "back_forward") look();
  else timer = setTimeout(look, every);
}
