// Two texts of a draft that went apart are both shown. What is in the field stays there until the other one is chosen; then an
// event `chosen` tells drafts.js to go on.

function button(label, press) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "button button--small" });
  made.append(label);
  made.addEventListener("click", press);
  return made;
}

function element(name, className, text) {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

document.addEventListener("two-texts", (event) => {
  const form = event.target;
  const { text } = event.detail;
  const field = form.elements.namedItem("text");
  form.querySelector("[data-other]")?.remove();
  const box = element("div", "composer__theirs", "");
  box.dataset.other = "";
  const choose = (chosen) => () => {
    box.remove();
    field.value = chosen();
    form.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };
  const words = text ? "Written in another tab or on another device:" : "This was sent, or emptied, in another tab or on another device.";
  const foot = element("div", "buttons", "");
  foot.append(
    button(text ? "Use that one" : "Empty this, too", choose(() => text)),
    button("Keep mine", choose(() => field.value)),
  );
  box.append(element("p", "muted", words), ...(text ? [element("pre", "", text)] : []), foot);
  field.before(box);
  document.dispatchEvent(new CustomEvent("announce", { detail: { text: words } }));
});
