// A vote shows at once and is confirmed by the answer. One request a form runs at a time; a press meanwhile only
// changes the wish, which is sent when the answer is here: rapid presses end in the last wish, in one request more.

const running = new Map(); // form id → {sent, wanted, before: {on, count}}

const isVote = (element) => element instanceof Element && element.matches("form[data-vote]");
const buttonOf = (form) => form.querySelector(".vote__button");
const numberOf = (form) => form.querySelector(".vote__count")?.firstChild ?? null;

function read(form) {
  return {
    on: buttonOf(form).getAttribute("aria-pressed") === "true",
    count: Number.parseInt(numberOf(form)?.textContent ?? "", 10),
  };
}

function show(form, before, on) {
  const button = buttonOf(form);
  button.setAttribute("aria-pressed", String(on));
  button.value = on ? "off" : "on";
  if (Number.isNaN(before.count)) return;
  const count = before.count + Number(on) - Number(before.on);
  numberOf(form).textContent = String(count);
  const words = form.querySelector(".vote__count");
  if (words.hasAttribute("aria-label")) words.setAttribute("aria-label", `${count} ${count === 1 ? "vote" : "votes"}`);
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const vote = isVote(form) && running.get(form.id);
    if (!vote) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    vote.wanted = !vote.wanted;
    show(form, vote.before, vote.wanted);
  },
  true,
);

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (!isVote(form)) return;
  const before = read(form);
  const on = event.detail.requestConfig.parameters.state === "on";
  running.set(form.id, { sent: on, wanted: on, before });
  show(form, before, on);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.requestConfig?.elt;
  const vote = isVote(form) && running.get(form.id);
  // The answer to an older wish is not shown: the newer one is sent instead, below.
  if (vote && vote.wanted !== vote.sent && event.detail.xhr.status < 400) event.detail.shouldSwap = false;
});

function settle(form, saved) {
  const vote = running.get(form.id);
  if (!vote) return;
  running.delete(form.id);
  if (!saved) {
    show(form, vote.before, vote.before.on);
  } else if (vote.wanted !== vote.sent) {
    show(form, vote.before, vote.sent);
    buttonOf(form).click(); // htmx takes name and value from a click
  }
}

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.requestConfig?.elt;
  if (isVote(form)) settle(form, event.detail.successful);
});
