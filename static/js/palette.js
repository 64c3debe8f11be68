// The palette of commands: a dialog with one field; what is typed filters what the row in hand can do, what the page can
// do, and the places of the group; it can also be searched for.
// An arXiv id opens its paper: the search leads there.

const ARXIV_ID = /^(?:arxiv:)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?\/\d{7})(?:v\d+)?$/i;
const SHOWN = 60;

let dialog, field, list; // fetched once
let places = [];
let commands = [];
let fitting = [];
let active = 0;

function element(name, className, text = "") {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  return node;
}

// A control's words, without its signs, and without the title that says which row it belongs to.
function labelOf(control) {
  const copy = control.cloneNode(true);
  for (const sign of copy.querySelectorAll("[aria-hidden=true], kbd")) sign.remove();
  return copy.textContent.replace(/\s+/g, " ").split(" — ")[0].trim();
}

const press = (control, group) => ({ group, label: labelOf(control), run: () => control.click() });

function ofRow(row) {
  if (!row) return [];
  const title = row.querySelector(".row__title");
  const controls = row.querySelectorAll("button, .row__abstract > summary");
  const shown = [...controls].filter((control) => control.checkVisibility() && control.closest("[data-row]") === row);
  const group = title ? labelOf(title) : "This paper";
  const link = title?.querySelector("a");
  const opens = link ? [{ group, label: "Open the paper", run: () => link.click() }] : [];
  return [...shown.map((control) => press(control, group)), ...opens];
}

function ofPage() {
  const controls = document.querySelectorAll("[data-run], [data-undo]");
  return [...controls].filter((control) => control.checkVisibility()).map((control) => press(control, "This page"));
}

// The places come with the dialog. A button of theirs is sent with its form, which leads back to this page.
function placesIn(root) {
  return [...root.querySelectorAll("section a, section button:not([aria-pressed=true])")].map((control) => {
    const group = control.closest("section").querySelector("h2").textContent;
    return { group, label: labelOf(control), run: () => (control.form ? send(control) : location.assign(control.href)) };
  });
}

function send(button) {
  button.form.elements.next.value = location.pathname + location.search;
  button.click();
}

function looking(text) {
  const search = () => location.assign(`${dialog.querySelector("[data-search-at]").dataset.searchAt}?q=${encodeURIComponent(text)}`);
  const id = ARXIV_ID.exec(text)?.[1];
  if (id) return [{ group: "Papers", label: `Open ${id}`, run: search }];
  return text ? [{ group: "Papers", label: `Search for “${text}”`, run: search }] : [];
}

function draw() {
  const text = field.value.trim();
  const words = text.toLowerCase().split(/\s+/);
  const fits = ({ group, label }) => words.every((word) => `${group} ${label}`.toLowerCase().includes(word));
  const found = looking(text);
  fitting = ARXIV_ID.test(text) ? found : [...commands.filter(fits).slice(0, SHOWN), ...found];
  list.replaceChildren();
  let group = null;
  for (const [number, each] of fitting.entries()) {
    if (group?.getAttribute("aria-label") !== each.group) {
      group = element("div", "palette__group");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", each.group);
      const heading = element("div", "palette__heading", each.group);
      heading.setAttribute("aria-hidden", "true");
      group.append(heading);
      list.append(group);
    }
    const option = element("div", "palette__option", each.label);
    option.id = `palette-${number}`;
    option.setAttribute("role", "option");
    group.append(option);
  }
  choose(0);
}

function choose(number) {
  active = number;
  for (const option of list.querySelectorAll("[role=option]")) {
    const isActive = option.id === `palette-${active}`;
    option.setAttribute("aria-selected", String(isActive));
    if (isActive) option.scrollIntoView({ block: "nearest" });
  }
  field.setAttribute("aria-activedescendant", `palette-${active}`);
}

function run(number) {
  const command = fitting[number];
  dialog.close(); // the focus is back where it was, before anything is done there
  command?.run();
}

function pressed(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps && fitting.length > 0) choose((active + steps[event.key] + fitting.length) % fitting.length);
  else if (event.key === "Enter") run(active);
  else return;
  event.preventDefault();
}

function clicked(event) {
  const option = event.target.closest("[role=option]");
  if (option) run(Number(option.id.replace("palette-", "")));
  else if (event.target === dialog) dialog.close();
}

async function make(link) {
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status} at ${link.href}`);
  dialog = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("dialog");
  [field, list] = dialog.querySelectorAll(".palette__field, .palette__list");
  places = placesIn(dialog);
  field.addEventListener("input", draw);
  field.addEventListener("keydown", pressed);
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  dialog.addEventListener("click", clicked);
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: link.dataset.paletteStyle });
  document.head.append(style);
  await new Promise((done) => style.addEventListener("load", done, { once: true }));
  document.body.append(dialog);
}

let making = null;

export async function open(link) {
  making ??= make(link);
  await making;
  if (dialog.open) return;
  commands = [...ofRow(document.activeElement?.closest("[data-row]")), ...ofPage(), ...places];
  field.value = "";
  draw();
  dialog.showModal();
  field.focus();
}
