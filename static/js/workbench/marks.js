// Select words, press "Mark passage": the passage is listed, highlighted and sent as text with its offsets.
import { paint } from "./highlights.js";
import { passageOf } from "./offsets.js";

const HEAVIEST = 3;

let passage = null;
let isListening = false;

const part = (selector) => document.querySelector(selector);
const choice = () => part("#mark-question");
const list = () => part("#marks-list");
const row = () => part("#mark-row").content;

function optionOf(key, label) {
  return [...choice().options].find((one) => one.value === key && (one.dataset.label ?? "") === label);
}

/** The choice of severities for a question's codes, if it has any. */
function severitiesOf(key) {
  return part(`[data-severity-for="${CSS.escape(key)}"]`);
}

/** Words and weight of a severity; the weight is its place from the least, as the style sheet has them. */
function severityOf({ question = "", severity = null }) {
  const options = [...(severitiesOf(question)?.options ?? [])];
  const place = severity === null ? -1 : options.findIndex((one) => Number(one.value) === severity);
  return { weight: Math.min(place + 1, HEAVIEST), words: place < 0 ? "" : options[place].textContent.trim() };
}

function wordsOf(mark) {
  const words = mark.question ? optionOf(mark.question, mark.label ?? "")?.dataset.words : "";
  return [words, severityOf(mark).words].filter(Boolean).join(" · ");
}

function showSeverities() {
  const mine = severitiesOf(choice().value);
  for (const one of document.querySelectorAll("[data-severity-for]")) one.parentElement.hidden = one !== mine;
}

function addRemoval(item) {
  item.querySelector("input").hidden = true;
  if (!item.querySelector("[data-remove]")) item.append(row().querySelector("[data-remove]").cloneNode(true));
}

/** The marks that stand in the list. */
function marks() {
  const inputs = [...list().querySelectorAll("input[name=mark]")].filter((one) => one.checked);
  return inputs.flatMap((input) => {
    try {
      return [{ ...JSON.parse(input.value), weight: Number(input.dataset.weight) }];
    } catch {
      return [];
    }
  });
}

/** Number the list, and show in the texts what stands in it. */
function refresh() {
  for (const [place, item] of [...list().children].entries()) {
    item.querySelector(".rate-mark__number").textContent = place + 1;
  }
  paint(marks().map((mark, place) => ({ ...mark, number: place + 1 })));
}

function append(mark) {
  const item = row().firstElementChild.cloneNode(true);
  const input = item.querySelector("input");
  input.value = JSON.stringify(mark);
  input.dataset.weight = severityOf(mark).weight;
  input.checked = true;
  item.querySelector("q").textContent = mark.quote;
  item.querySelector(".rate-mark__for").textContent = wordsOf(mark);
  list().append(item);
  addRemoval(item);
  const nothing = part(`[data-spans="${CSS.escape(mark.question ?? "")}"] input[value="--none--"]`);
  if (nothing) nothing.checked = false;
}

/** Add a passage ({question, target, start, end, quote}) to the list. */
export function addMark(mark) {
  append(mark);
  refresh();
}

/** Replace the list by these fields' values. */
export function setMarks(values) {
  list().replaceChildren();
  for (const value of values) {
    try {
      append(JSON.parse(value));
    } catch {
      // A damaged line of a kept draft is not worth the rest of it.
    }
  }
  refresh();
}

function changed() {
  list().dispatchEvent(new Event("input", { bubbles: true }));
}

/** Mark what is selected; says whether there was something to mark. */
export function markSelection() {
  if (!passage) return false;
  const severity = severitiesOf(choice().value);
  const label = choice().selectedOptions[0]?.dataset.label ?? "";
  const mark = { question: choice().value, label, severity: severity ? Number(severity.value) : null, ...passage };
  getSelection().removeAllRanges();
  passage = null;
  part("#mark-bar").hidden = true;
  addMark(mark);
  changed();
  return true;
}

function follow() {
  const bar = part("#mark-bar");
  // Opening the list of questions may drop the selection: the passage stays until another is chosen.
  if (!bar || bar.contains(document.activeElement)) return;
  passage = passageOf(getSelection());
  bar.hidden = passage === null;
}

function removed(button) {
  button.closest(".rate-mark").remove();
  part("#marks").querySelector("[data-remove]")?.focus();
  refresh();
  changed();
}

function clicked({ target }) {
  if (target.closest?.("#mark-passage")) markSelection();
  const button = target.closest?.("#marks-list [data-remove]");
  if (button) removed(button);
}

/** The question in focus is the first one offered. */
function offer({ target }) {
  const question = target.closest?.("#rating-form [data-question]")?.dataset.question;
  const option = question ? [...choice().options].find((one) => one.value === question) : null;
  if (!option || choice().value === question) return;
  option.selected = true;
  showSeverities();
}

/** Follow the selection on the page as it stands; may be called again when the page has changed. */
export function startMarks() {
  for (const item of list().children) addRemoval(item);
  showSeverities();
  refresh();
  if (isListening) return;
  isListening = true;
  document.addEventListener("selectionchange", follow);
  document.addEventListener("click", clicked);
  document.addEventListener("change", ({ target }) => target === choice() && showSeverities());
  document.addEventListener("focusin", offer);
}
