// Rating by keyboard. Keys do nothing while somebody types, in a dialog, or with a modifier held.
import { markSelection } from "./marks.js";

// Kept in this browser only: it is about a person's hands or voice, and nobody else's business.
const SWITCH = "attune:single-keys";

const form = document.querySelector("#rating-form");
const submit = document.querySelector("#submit-rating");
const scales = [...form.querySelectorAll("fieldset.question:has(input[type=radio])")];

function isTyping(element) {
  return element?.matches("textarea, select, input:not([type=radio], [type=checkbox]), [contenteditable]");
}

function isAnswered(question) {
  return question.querySelector("input:checked") !== null;
}

function focusOn(question) {
  const input = question.querySelector("input:checked") ?? question.querySelector("input");
  input.focus();
  question.scrollIntoView({ block: "nearest" });
}

/** The question in focus, else the first without an answer. */
function current() {
  const focused = document.activeElement?.closest("fieldset.question");
  return scales.includes(focused) ? focused : scales.find((one) => !isAnswered(one));
}

function moveOn(question) {
  const later = scales.slice(scales.indexOf(question) + 1);
  const next = later.find((one) => !isAnswered(one)) ?? scales.find((one) => !isAnswered(one));
  if (next) return focusOn(next);
  submit?.focus();
}

function answer(value) {
  const question = current();
  const input = question?.querySelector(`input[type=radio][value="${CSS.escape(value)}"]`);
  if (!input) return false;
  input.checked = true;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  moveOn(question);
  return true;
}

function press(key) {
  const control = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
  control?.click();
  return control !== undefined;
}

function onEnter(event) {
  // A browser submits the form when Enter is pressed on a radio: half a rating.
  if (!event.target.matches("#rating-form input")) return false;
  moveOn(event.target.closest("fieldset.question"));
  return true;
}

let areOff = false;

function readSwitch() {
  try {
    areOff = localStorage.getItem(SWITCH) === "off";
  } catch {
    // Storage is off: the switch holds for this page.
  }
}

function setSwitch(off) {
  areOff = off;
  try {
    localStorage.setItem(SWITCH, off ? "off" : "on");
  } catch {
    // As above.
  }
}

/** Speech input turns words into keys: whoever needs to can switch single keys off (WCAG 2.1.4). */
function showSwitch() {
  const row = document.querySelector("[data-key-switch]");
  const box = row?.querySelector("input");
  if (!box) return;
  box.checked = !areOff;
  box.addEventListener("change", () => setSwitch(!box.checked));
  row.hidden = false;
}

function handle(event) {
  const { key } = event;
  if (key === "Enter") return onEnter(event);
  if (areOff) return false;
  if (/^\d$/.test(key)) return answer(key) || (key === "0" && answer("cannot_judge"));
  if (key === "x") return answer("cannot_judge");
  if (key === "m") return markSelection();
  return press(key);
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(submit);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (handle(event)) event.preventDefault();
}

export function startKeys() {
  readSwitch();
  showSwitch();
  document.addEventListener("keydown", onKey);
}
