// Select words, press "Mark passage": the passage is listed and sent as text with its offsets.
import { passageOf } from "./offsets.js";

const bar = document.querySelector("#mark-bar");
const select = document.querySelector("#mark-question");
const list = document.querySelector("#marks-list");
const template = document.querySelector("#mark-row");

let passage = null;

function words(key) {
  const option = [...select.options].find((one) => one.value === key);
  return key && option ? option.textContent : "";
}

function addRemoval(row) {
  row.querySelector("input").hidden = true;
  if (row.querySelector("[data-remove]")) return;
  row.append(template.content.querySelector("[data-remove]").cloneNode(true));
}

/** Add a passage ({question, target, start, end, quote}) to the list. */
export function addMark(mark) {
  const row = template.content.firstElementChild.cloneNode(true);
  const input = row.querySelector("input");
  input.value = JSON.stringify(mark);
  input.checked = true;
  row.querySelector("q").textContent = mark.quote;
  row.querySelector(".rate-mark__for").textContent = words(mark.question);
  list.append(row);
  addRemoval(row);
}

/** Replace the list by these fields' values. */
export function setMarks(values) {
  list.replaceChildren();
  for (const value of values) {
    try {
      addMark(JSON.parse(value));
    } catch {
      // A damaged line of a kept draft is not worth the rest of it.
    }
  }
}

function changed() {
  list.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Mark what is selected; says whether there was something to mark. */
export function markSelection() {
  if (!passage) return false;
  addMark({ question: select.value, ...passage });
  getSelection().removeAllRanges();
  passage = null;
  bar.hidden = true;
  changed();
  return true;
}

function follow() {
  // Opening the list of questions may drop the selection: the passage stays until another is chosen.
  if (bar.contains(document.activeElement)) return;
  passage = passageOf(getSelection());
  bar.hidden = passage === null;
}

function removed(event) {
  const button = event.target.closest("[data-remove]");
  if (!button) return;
  button.closest(".rate-mark").remove();
  document.querySelector("#marks").querySelector("[data-remove]")?.focus();
  changed();
}

/** Follow the selection; `current` gives the question in focus, offered first. */
export function startMarks() {
  for (const row of list.children) addRemoval(row);
  document.addEventListener("selectionchange", follow);
  document.querySelector("#mark-passage").addEventListener("click", markSelection);
  list.addEventListener("click", removed);
  document.querySelector("#rating-form").addEventListener("focusin", (event) => {
    const question = event.target.closest("[data-question]")?.dataset.question;
    if (question && words(question)) select.value = question;
  });
}
