// Undo: the form as it was before each answer. Typing into one field counts as one step.
import { fields, putBack } from "./fields.js";

const DEPTH = 100;
// Time goes on; it is no answer that could be taken back.
const CLOCKS = ["active_ms", "times"];

let form = null;
let button = null;
let said = null;
let steps = [];
let now = {};
let lastTyped = "";
let isUndoing = false;

function answers() {
  const found = fields();
  for (const name of CLOCKS) delete found[name];
  return found;
}

function show() {
  if (button) button.hidden = steps.length === 0;
}

function changed(event) {
  if (isUndoing) return;
  const isTyped = event.target.matches?.("textarea, input[type=number]");
  const before = now;
  now = answers();
  const isSameField = isTyped && event.target.name === lastTyped;
  lastTyped = isTyped ? event.target.name : "";
  if (isSameField || JSON.stringify(before) === JSON.stringify(now)) return;
  steps.push(before);
  if (steps.length > DEPTH) steps.shift();
  show();
}

/** The first field in which two states of the form differ. */
function difference(one, other) {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.find((name) => JSON.stringify(one[name] ?? []) !== JSON.stringify(other[name] ?? []));
}

function wordsIn(element, selector) {
  return element?.querySelector(selector)?.textContent.replace(/\s+/g, " ").trim() ?? "";
}

/** What a field is called on the page, and what stands in it now. */
function described(name) {
  if (name === "mark") return [wordsIn(document, "#marks-title"), ""];
  const inputs = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  const chosen = inputs.filter((one) => one.checked).map((one) => wordsIn(one.closest("label"), "*:not(input):not(.flag__help)") || one.value);
  const isTicked = inputs.some((one) => one.type === "radio" || one.type === "checkbox");
  const value = isTicked ? chosen.map((words) => words.split("\n")[0]).join(", ") : inputs[0]?.value ?? "";
  const box = inputs[0]?.closest("fieldset.question:not(.rate-flags)");
  const title = wordsIn(box, "legend") || wordsIn(inputs[0]?.closest(".rate-flag"), ".flag__label span") || wordsIn(inputs[0]?.closest(".field"), "label");
  return [title, value];
}

/** Say what was taken back: to the eye beside the button, and to who listens. */
function say(name) {
  if (!said || !name) return;
  const [title, value] = described(name);
  said.textContent = [said.dataset.wordsUndone, title, value ? `(${value})` : ""].filter(Boolean).join(" ");
}

function undo() {
  const before = steps.pop();
  if (!before) return;
  isUndoing = true;
  const name = difference(before, now);
  putBack(before, CLOCKS);
  for (const number of form.querySelectorAll("[data-slider] input[type=number]")) {
    number.dispatchEvent(new Event("input", { bubbles: true }));
  }
  // A slider told of its number may have cleared what excludes it: the state is put back as a whole.
  putBack(before, CLOCKS);
  form.dispatchEvent(new Event("input", { bubbles: true }));
  now = answers();
  lastTyped = "";
  isUndoing = false;
  say(name);
  show();
}

export function startUndo(screen) {
  form = screen;
  button = document.querySelector("#undo");
  said = document.querySelector("#undone");
  steps = [];
  lastTyped = "";
  now = answers();
  form.addEventListener("input", changed);
  button?.addEventListener("click", undo);
  show();
}
