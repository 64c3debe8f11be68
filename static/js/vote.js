// A vote shows at once and is confirmed by the answer. One request a paper runs at a time; a press meanwhile only
// changes the wish, which is sent when the answer is here: rapid presses end in the last wish, in one request more.

const running = new Map(); // id of a button → {sent, wanted, before: {on, count}}

const buttonAt = (element) => (element instanceof Element ? element.closest(".vote__button") : null);
const wordsOf = (button) => button.closest(".vote")?.querySelector(".vote__count");

function read(button) {
  return {
    on: button.getAttribute("aria-pressed") === "true",
    count: Number.parseInt(wordsOf(button)?.firstChild?.textContent ?? "", 10),
  };
}

function show(button, before, on) {
  button.setAttribute("aria-pressed", String(on));
  button.value = on ? "off" : "on";
  const words = wordsOf(button);
  if (!words || Number.isNaN(before.count)) return;
  const count = before.count + Number(on) - Number(before.on);
  words.firstChild.textContent = String(count);
  if (words.hasAttribute("aria-label")) words.setAttribute("aria-label", `${count} ${count === 1 ? "vote" : "votes"}`);
}

document.addEventListener(
  "click",
  (event) => {
    const button = buttonAt(event.target);
    const vote = button && running.get(button.id);
    if (!vote) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    vote.wanted = !vote.wanted;
    show(button, vote.before, vote.wanted);
  },
  true,
);

document.addEventListener("htmx:beforeRequest", (event) => {
  const button = buttonAt(event.detail.elt);
  if (!button) return;
  const before = read(button);
  const on = event.detail.requestConfig.parameters.state === "on";
  running.set(button.id, { sent: on, wanted: on, before });
  show(button, before, on);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const button = buttonAt(event.detail.requestConfig?.elt);
  const vote = button && running.get(button.id);
  // The answer to an older wish is not shown: the newer one is sent instead, below.
  if (vote && vote.wanted !== vote.sent && event.detail.xhr.status < 400) event.detail.shouldSwap = false;
});

function settle(asker, saved) {
  const vote = running.get(asker.id);
  if (!vote) return;
  running.delete(asker.id);
  const button = document.getElementById(asker.id) ?? asker; // what holds it may have been replaced meanwhile
  if (!saved) {
    show(button, vote.before, vote.before.on);
  } else if (vote.wanted !== vote.sent) {
    show(button, vote.before, vote.sent);
    button.click();
  }
}

document.addEventListener("htmx:afterRequest", (event) => {
  const button = buttonAt(event.detail.requestConfig?.elt);
  if (button) settle(button, event.detail.successful);
});
