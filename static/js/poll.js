// A hidden tab asks for nothing; the first tick after it is shown again does. While there is no answer, ticks are left out,
// twice as many each time, and that is said once.

const SLOWEST = 60_000; // milliseconds between two looks
const FIRST = 2_000;
let pause = 0;
let until = 0;

const isPoll = (element) => Boolean(element?.matches?.("[data-poll]"));

function failed(event) {
  if (!isPoll(event.detail.elt)) return;
  if (pause === 0) {
    const text = "The server does not answer. This page goes on looking.";
    document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
  }
  pause = Math.min(Math.max(2 * pause, FIRST), SLOWEST);
  until = Date.now() + pause;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isPoll(event.detail.elt) && (document.hidden || Date.now() < until)) event.preventDefault();
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (isPoll(event.detail.elt) && event.detail.successful) pause = until = 0;
});

// Who is back on the network need not wait for the next look.
window.addEventListener("online", () => {
  pause = until = 0;
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, failed);
