// What is selected in a comment can be quoted: a button beside the selection, and the button "Reply", put it into the reply as
// Markdown. Formulas are quoted as their TeX.

const button = Object.assign(document.createElement("button"), { type: "button", className: "button button--small quote", hidden: true });
button.append("Quote");
let chosen = null; // {text, comment}

function textOf(range) {
  const part = range.cloneContents();
  for (const formula of part.querySelectorAll("math")) {
    const around = formula.getAttribute("display") === "block" ? "$$" : "$";
    formula.replaceWith(`${around}${formula.getAttribute("alttext") ?? formula.textContent}${around}`);
  }
  for (const block of part.querySelectorAll("p, li, pre, blockquote, h4, h5, h6, tr")) block.append("\n");
  return part.textContent.replace(/\n{3,}/g, "\n\n").trim();
}

function selection() {
  const selected = getSelection();
  if (!selected || selected.isCollapsed || selected.rangeCount === 0) return null;
  const range = selected.getRangeAt(0);
  const holder = range.commonAncestorContainer;
  const text = (holder.nodeType === Node.ELEMENT_NODE ? holder : holder.parentElement)?.closest(".thread .comment__text");
  const quoted = text ? textOf(range) : "";
  return quoted ? { text: quoted, comment: text.closest(".comment"), range } : null;
}

function replyOf(comment) {
  return comment.closest(".thread > li")?.querySelector("details[data-reply]") ?? null;
}

function quote({ text }, reply) {
  const field = reply.querySelector("textarea");
  const before = field.value.trimEnd();
  const quoted = text.replace(/^/gm, "> ").replace(/^> $/gm, ">");
  reply.open = true;
  field.value = `${before}${before ? "\n\n" : ""}${quoted}\n\n`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  hide();
}

function hide() {
  chosen = null;
  button.hidden = true;
}

function show() {
  const found = selection();
  const reply = found && replyOf(found.comment);
  if (!reply) {
    hide();
    return;
  }
  chosen = found;
  const box = found.range.getBoundingClientRect();
  button.hidden = false;
  found.comment.closest(".discussion").append(button);
  button.style.insetBlockStart = `${box.bottom + scrollY + 6}px`;
  button.style.insetInlineStart = `${Math.max(8, Math.min(box.left + scrollX, innerWidth - 90))}px`;
}

let timer = 0;
document.addEventListener("selectionchange", () => {
  if (document.activeElement === button) return;
  clearTimeout(timer);
  timer = setTimeout(show, 200);
});

button.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
button.addEventListener("click", () => {
  const reply = chosen && replyOf(chosen.comment);
  if (reply) quote(chosen, reply);
});

// Whoever opens the reply form with something selected means to answer that.
document.addEventListener(
  "click",
  (event) => {
    const reply = event.target.closest?.("details[data-reply] > summary")?.parentElement;
    if (!reply || reply.open || !chosen || replyOf(chosen.comment) !== reply) return;
    event.preventDefault();
    quote(chosen, reply);
  },
  true,
);
