// Time with the page in sight and somebody at it; a hidden tab and half a minute of nothing do not count.
// A question's time runs from the answer before it, or from entering the questions, to its own answer.
import { screenForm } from "./screen.js";

const IDLE = 30_000;
const TICK = 1000;

let lastSign = performance.now();
let lastTick = performance.now();
// Since the last answer; null until the rater has entered the questions: before that they read.
let pending = null;

function field(name) {
  return screenForm().elements.namedItem(name);
}

function count() {
  const now = performance.now();
  const isActive = document.visibilityState === "visible" && now - lastSign < IDLE;
  // A machine that slept between two ticks was not in use.
  const passed = isActive ? Math.min(now - lastTick, 2 * TICK) : 0;
  const total = field("active_ms");
  total.value = String(Math.round(Number(total.value) + passed));
  if (pending !== null) pending += passed;
  lastTick = now;
}

function enter() {
  count();
  pending ??= 0;
}

function timesSoFar() {
  try {
    return JSON.parse(field("times").value) ?? {};
  } catch {
    return {};
  }
}

function answered(event) {
  count();
  const box = event.target.closest("[data-question][data-target]");
  if (box && pending !== null) {
    const { question, target } = box.dataset;
    const times = timesSoFar();
    times[question] ??= {};
    times[question][target] = Math.round((times[question][target] ?? 0) + pending);
    field("times").value = JSON.stringify(times);
  }
  pending = 0;
}

/** Bring the fields up to the moment. */
export { count as countActivity };

export function startActivity(form, signal) {
  lastSign = performance.now();
  lastTick = lastSign;
  pending = null;
  for (const kind of ["keydown", "pointerdown", "pointermove", "scroll", "wheel", "touchstart"]) {
    document.addEventListener(kind, () => { lastSign = performance.now(); }, { passive: true, capture: true, signal });
  }
  for (const kind of ["focusin", "pointermove"]) {
    form.addEventListener(kind, enter, { once: true, passive: true });
  }
  form.addEventListener("input", answered);
  document.addEventListener("visibilitychange", count, { signal });
  const timer = setInterval(count, TICK);
  signal.addEventListener("abort", () => clearInterval(timer));
}
