// Time with the page in sight and somebody at it; a hidden tab and half a minute of nothing do not count.
const IDLE = 30_000;
const TICK = 1000;
const field = document.querySelector('#rating-form [name="active_ms"]');

let lastSign = performance.now();
let lastTick = performance.now();

function count() {
  const now = performance.now();
  const isActive = document.visibilityState === "visible" && now - lastSign < IDLE;
  // A machine that slept between two ticks was not in use.
  if (isActive) field.value = String(Math.round(Number(field.value) + Math.min(now - lastTick, 2 * TICK)));
  lastTick = now;
}

export function startActivity() {
  for (const kind of ["keydown", "pointerdown", "pointermove", "scroll", "wheel", "touchstart"]) {
    document.addEventListener(kind, () => { lastSign = performance.now(); }, { passive: true, capture: true });
  }
  setInterval(count, TICK);
  document.querySelector("#rating-form").addEventListener("submit", count);
}
