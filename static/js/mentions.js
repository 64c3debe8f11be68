// "@" and the beginning of a name offers the members of the group. The field stays a text field: the list is named by
// aria-activedescendant, and how many fit is said; without this script one writes the name, which means the same.

const MOST = 8;
const people = [...(document.getElementById("people")?.options ?? [])].map((option) => option.value);
const list = Object.assign(document.createElement("ul"), { id: "mentions", className: "mentions", hidden: true });
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "Members");
let field = null;
let at = -1;

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const options = () => [...list.children];

// What stands between "@" and the caret, when that may be the beginning of a name.
function begun() {
  if (!field || field.selectionStart !== field.selectionEnd) return null;
  const found = /(?:^|[^\w@.])@([\p{L}\p{M}'’-][\p{L}\p{M}'’ -]{0,40}|)$/u.exec(field.value.slice(0, field.selectionStart));
  return found ? found[1] : null;
}

function fitting(typed) {
  const wanted = fold(typed);
  const fits = people.filter((name) => fold(name).split(/\s+/).some((_, from, words) => words.slice(from).join(" ").startsWith(wanted)));
  return fits.some((name) => fold(name) === wanted) ? [] : fits.slice(0, MOST);
}

function close() {
  if (list.hidden) return;
  list.hidden = true;
  list.replaceChildren();
  for (const name of ["aria-activedescendant", "aria-controls", "aria-autocomplete"]) field?.removeAttribute(name);
}

function mark(to) {
  at = to;
  for (const [index, option] of options().entries()) option.setAttribute("aria-selected", String(index === at));
  field.setAttribute("aria-activedescendant", options()[at].id);
  options()[at].scrollIntoView({ block: "nearest" });
}

function choose(name) {
  const typed = begun();
  close();
  if (typed === null) return;
  const end = field.selectionStart;
  field.setRangeText(`${name} `, end - typed.length, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function option(name, index) {
  const made = Object.assign(document.createElement("li"), { id: `mention-${index}`, textContent: name });
  made.setAttribute("role", "option");
  made.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the field keeps the focus
    choose(name);
  });
  return made;
}

function offer() {
  const typed = begun();
  const names = typed === null ? [] : fitting(typed);
  if (names.length === 0) {
    close();
    return;
  }
  const wasHidden = list.hidden;
  list.replaceChildren(...names.map(option));
  list.hidden = false;
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  mark(0);
  const text = `${names.length} ${names.length === 1 ? "member" : "members"}: arrow keys and Enter choose.`;
  if (wasHidden) document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
}

document.addEventListener("input", (event) => {
  if (people.length === 0 || !event.target.matches?.(".composer textarea")) return;
  field = event.target;
  offer();
});

document.addEventListener(
  "keydown",
  (event) => {
    if (list.hidden || event.target !== field || event.isComposing) return;
    const count = options().length;
    if (event.key === "ArrowDown") mark((at + 1) % count);
    else if (event.key === "ArrowUp") mark((at + count - 1) % count);
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") choose(options()[at].textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

document.addEventListener("focusout", (event) => {
  if (event.target === field) close();
});
