// Rating by keyboard. Keys do nothing while somebody types, in a dialog, or with a modifier held.
import { markSelection } from "./marks.js";

// Kept in this browser only: it is about a person's hands or voice, and nobody else's business.
const SWITCH = "attune:single-keys";

let form = null;
let submit = null;
// Where an answer is given: a question, or each row of one that has rows.
let stops = [];

function isTyping(element) {
  return element?.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=range]), [contenteditable]");
}

function isAnswered(question) {
  if (question.querySelector("input:checked")) return true;
  return [...question.querySelectorAll("textarea, input[type=number]")].some((one) => one.value !== "");
}

/** Still to be answered: asked at all, not optional, and nothing entered. */
function isOpen(question) {
  return !question.closest("[hidden]") && !question.hasAttribute("data-optional") && !isAnswered(question);
}

function focusOn(question) {
  // Room for passages may be folded away.
  const input = question.querySelector("input:checked")
    ?? [...question.querySelectorAll("input, textarea")].find((one) => one.checkVisibility());
  input?.focus();
  question.scrollIntoView({ block: "nearest" });
}

/** The question in focus, else the first without an answer. */
function current() {
  const focused = document.activeElement?.closest("fieldset.question");
  return stops.includes(focused) ? focused : stops.find(isOpen);
}

function moveOn(question) {
  const later = stops.slice(stops.indexOf(question) + 1);
  const next = later.find(isOpen) ?? stops.find(isOpen);
  if (next) return focusOn(next);
  submit?.focus();
}

function choose(input) {
  input.checked = input.type === "radio" || !input.checked;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The level of that value, or where numbers on the page are places ("1st reply"), the level at it. */
function levelOf(question, key) {
  const byNumber = [...question.querySelectorAll(".scale__level")].find(
    (level) => level.querySelector(".scale__number")?.textContent.trim() === key,
  );
  return byNumber?.querySelector("input") ?? question.querySelector(`input[type=radio][value="${CSS.escape(key)}"]`);
}

function answer(key) {
  const question = current();
  if (!question) return false;
  if (question.hasAttribute("data-multi")) {
    const tick = question.querySelectorAll("input[type=checkbox]:not([data-aside])")[Number(key) - 1];
    if (!tick) return false;
    choose(tick);
    tick.focus();
    return true;
  }
  const input = levelOf(question, key);
  if (!input) return false;
  choose(input);
  moveOn(question);
  return true;
}

/** "Cannot judge" for the question in hand; of a question with rows it stands beneath them. */
function cannotJudge() {
  const question = current();
  const whole = question?.closest("fieldset.question:not(.checklist__element)") ?? question;
  const input = [question, whole, whole?.parentElement?.closest("fieldset.question")]
    .map((one) => one?.querySelector('input[value="cannot_judge"]'))
    .find(Boolean);
  if (!input) return false;
  choose(input);
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

/** Take back the answer to the question in focus. */
function clearAnswer() {
  const question = document.activeElement?.closest("fieldset.question");
  const chosen = [...(question?.querySelectorAll("input[type=radio]:checked") ?? [])];
  if (!stops.includes(question) || !chosen.length) return false;
  for (const input of chosen) input.checked = false;
  chosen[0].dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

function handle(event) {
  const { key } = event;
  if (key === "Enter") return onEnter(event);
  if (areOff) return false;
  if (/^\d$/.test(key)) return answer(key) || (key === "0" && cannotJudge());
  if (key === "x") return cannotJudge();
  if (key === "m") return markSelection();
  if (key === "Backspace" || key === "Delete") return clearAnswer();
  return press(key);
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(submit);
    return;
  }
  // In a field for words the browser takes back what was typed there.
  if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !isTyping(event.target)) {
    event.preventDefault();
    document.querySelector("#undo")?.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // In a field for a number Enter would submit; in one for words it belongs to the words.
  const isNumber = event.key === "Enter" && event.target.matches("input[type=number]");
  if (isTyping(event.target) && !isNumber) return;
  if (handle(event)) event.preventDefault();
}

export function startKeys(screen, signal) {
  form = screen;
  submit = document.querySelector("#submit-rating");
  stops = [...form.querySelectorAll("fieldset.question:not(.rate-flags, :has(fieldset.question))")];
  readSwitch();
  showSwitch();
  document.addEventListener("keydown", onKey, { signal });
}
