// How far a day was read: moved on by the row that has the focus, and by what was scrolled past. Never back: the server
// keeps the furthest that any window told.

const form = document.querySelector("form[data-seen]");
const PAUSE = 800; // milliseconds without a move, before it is sent

if (form) {
  const rows = [...document.querySelectorAll("[data-position]")];
  const count = form.querySelector("[data-seen-count]");
  const positionOf = (row) => Number(row.dataset.position);
  let seen = Number(form.dataset.seen);
  let sent = seen;
  let timer = 0;

  const send = () => {
    clearTimeout(timer);
    if (seen <= sent) return;
    sent = seen;
    const body = new URLSearchParams(new FormData(form));
    body.set("position", String(seen));
    body.set("onward", "on");
    fetch(form.action, { method: "POST", body, keepalive: true, credentials: "same-origin" }).catch(() => {
      sent = 0; // told again with the next move
    });
  };

  const moveTo = (position) => {
    if (position <= seen) return;
    seen = position;
    count.textContent = rows.filter((row) => positionOf(row) <= seen).length.toLocaleString("en");
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  };

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("[data-position]");
    if (row) moveTo(positionOf(row));
  });
  document.addEventListener("scrollend", () => {
    const passed = rows.filter((row) => row.getBoundingClientRect().bottom < 0);
    if (passed.length > 0) moveTo(Math.max(...passed.map(positionOf)));
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && send());
  form.addEventListener("submit", () => clearTimeout(timer));
}
