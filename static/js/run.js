// Counts down to the end of a line's minutes, and lets a note that is not begun follow the meeting to the next line.

const SOON = 2 * 60; // seconds

function words(seconds) {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const clock = `${minutes}:${String(Math.abs(seconds) % 60).padStart(2, "0")}`;
  return seconds < 0 ? `${clock} over` : `${clock} left`;
}

function tick() {
  const timer = document.querySelector("[data-until]");
  if (!timer) return;
  const seconds = Math.round((Date.parse(timer.dataset.until) - Date.now()) / 1000);
  timer.textContent = words(seconds);
  timer.classList.toggle("run__timer--soon", seconds >= 0 && seconds <= SOON);
  timer.classList.toggle("run__timer--over", seconds < 0);
}

function follow() {
  const current = document.querySelector("#run")?.dataset.current;
  const chosen = document.querySelector("#note-on");
  const text = document.querySelector("#note textarea");
  if (current && chosen && text && !text.value.trim()) chosen.value = current;
  tick();
}

tick();
setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", follow);
