// A field of several arXiv categories: while one types, a list under it shows what fits, by archive. A word may be of
// the code, the name or the archive; what is chosen stands in the field as its code, so the form stays a plain one.

const BETWEEN = /[\s,;]+/;
let made = 0;

function categories() {
  const options = document.getElementById("categories")?.options ?? [];
  return [...options].map((option) => ({
    code: option.value,
    name: option.textContent,
    archive: option.dataset.archive,
    words: `${option.value} ${option.textContent} ${option.dataset.archive}`.toLowerCase(),
  }));
}

function known(all, word) {
  return all.find((each) => each.code.toLowerCase() === word.toLowerCase());
}

// What stands in the field: the codes that are complete, and the words that are still being typed.
function parts(field, all) {
  const words = field.value.split(BETWEEN).filter(Boolean);
  const last = words.findLastIndex((word) => known(all, word));
  const typing = last === words.length - 1 && last >= 0 && !/[\s,;]$/.test(field.value);
  const cut = typing ? last : last + 1;
  return { chosen: words.slice(0, cut), query: words.slice(cut) };
}

function element(name, className, text = "") {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  return node;
}

function boxOf(field) {
  const found = document.getElementById(field.getAttribute("aria-controls"));
  if (found) return found;
  const box = element("div", "chooser");
  box.id = `chooser-${(made += 1)}`;
  box.hidden = true;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-multiselectable", "true");
  box.setAttribute("aria-label", "arXiv categories");
  field.removeAttribute("list");
  const says = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": box.id };
  for (const [name, value] of Object.entries(says)) field.setAttribute(name, value);
  const anchor = element("div", "chooser-anchor");
  anchor.append(box);
  field.after(anchor);
  // The list is part of the field: a press on it leaves the focus where it is.
  box.addEventListener("pointerdown", (event) => event.preventDefault());
  box.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(field, option.dataset.code);
  });
  return box;
}

function draw(box, fitting, chosen) {
  box.replaceChildren();
  let group = null;
  for (const each of fitting) {
    if (group?.dataset.archive !== each.archive) {
      group = element("div", "chooser__group");
      group.dataset.archive = each.archive;
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", each.archive);
      const heading = element("div", "chooser__archive", each.archive);
      heading.setAttribute("aria-hidden", "true");
      group.append(heading);
      box.append(group);
    }
    const option = element("div", "chooser__option");
    option.id = `${box.id}-${each.code}`;
    option.dataset.code = each.code;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", String(chosen.includes(each.code)));
    option.append(element("b", "chooser__code", each.code), " ", element("span", "chooser__name", each.name));
    group.append(option);
  }
}

function open(field) {
  const all = categories();
  const { chosen, query } = parts(field, all);
  const words = query.map((word) => word.toLowerCase());
  const fitting = all.filter((each) => words.every((word) => each.words.includes(word)));
  const box = boxOf(field);
  const isTyped = fitting.length === 1 && words.length === 1 && fitting[0].code.toLowerCase() === words[0];
  if (!fitting.length || isTyped) return close(field);
  const codes = chosen.map((word) => known(all, word)?.code).filter(Boolean);
  draw(box, fitting, codes);
  box.hidden = false;
  box.scrollTop = 0;
  field.setAttribute("aria-expanded", "true");
  field.removeAttribute("aria-activedescendant");
  const text = fitting.length === 1 ? "1 category fits" : `${fitting.length} categories fit`;
  document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
}

function close(field) {
  const box = boxOf(field);
  box.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function choose(field, code) {
  const { chosen } = parts(field, categories());
  const isChosen = chosen.includes(code);
  const next = isChosen ? chosen.filter((each) => each !== code) : [...chosen, code];
  field.value = next.length ? `${next.join(" ")} ` : "";
  close(field);
  const text = isChosen ? `${code} removed` : `${code} added`;
  document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
}

function move(field, step) {
  const box = boxOf(field);
  if (box.hidden) return open(field);
  const options = [...box.querySelectorAll("[role=option]")];
  const active = options.findIndex((option) => option.id === field.getAttribute("aria-activedescendant"));
  const next = options[active < 0 && step < 0 ? options.length - 1 : (active + step + options.length) % options.length];
  options[active]?.classList.remove("chooser__option--active");
  next.classList.add("chooser__option--active");
  next.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", next.id);
}

function pressed(field, event) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(field, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && field.getAttribute("aria-activedescendant")) {
    event.preventDefault();
    choose(field, document.getElementById(field.getAttribute("aria-activedescendant")).dataset.code);
  } else if (event.key === "Escape" && !boxOf(field).hidden) {
    event.stopPropagation();
    close(field);
  }
}

const does = { focusin: boxOf, input: open, click: open, keydown: pressed, focusout: close };
for (const [name, act] of Object.entries(does)) {
  document.addEventListener(name, (event) => {
    if (event.target.matches?.("[data-codes]")) act(event.target, event);
  });
}
