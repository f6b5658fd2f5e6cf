// What waits to be sent, said on every page of the rater's, and sent when the way is free.
import { forgetOther } from "./kept.js";
import { entriesOf, put, take } from "./outbox.js";
import { send } from "./sending.js";

const RETRY = 15_000;

/** The place on the page; it is swapped with the item. */
function place() {
  return document.querySelector("#outbox");
}

function button(words, run) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--small";
  made.textContent = words;
  made.addEventListener("click", run);
  return made;
}

function link(words, url, isNewTab) {
  const made = document.createElement("a");
  made.className = "button button--small";
  made.href = url;
  made.textContent = words;
  if (isNewTab) made.target = "_blank";
  return made;
}

function row(text, controls) {
  const sentence = document.createElement("p");
  sentence.textContent = text;
  const made = document.createElement("div");
  made.className = "outbox__row";
  made.append(sentence, ...controls);
  return made;
}

/** "1 rating waits to be sent." and why. */
function waitingWords(n, kind) {
  const words = place().dataset;
  const number = n === 1 ? words.wordsOne : words.wordsMany.replace("{n}", n);
  const reasons = {
    "signed-out": words.wordsSignedOut,
    "other-person": words.wordsOtherPerson,
    "not-kept": words.wordsNotKept,
  };
  const why = reasons[kind] ?? words.wordsWaits;
  return `${number} ${why}`;
}

function waitingRow(entries, kind, { retry, change }) {
  const words = place().dataset;
  const controls = [];
  // Whoever is not signed in is sent to sign in by the page itself, and back.
  if (kind === "signed-out") {
    controls.push(link(words.wordsSignIn, location.pathname), link(words.wordsSignInTab, location.pathname, true));
  }
  controls.push(button(words.wordsRetry, retry));
  if (change) controls.push(button(words.wordsChange, change));
  return row(waitingWords(entries.length, kind), controls);
}

function refusedRow(entry, again) {
  const words = place().dataset;
  const drop = () => {
    if (!confirm(words.wordsConfirm)) return;
    take(entry);
    again();
  };
  const text = `${words.wordsRefused} ${entry.refused.message}`;
  return row(text, [link(words.wordsOpen, entry.page), button(words.wordsDelete, drop)]);
}

/** Say how things stand. `kind`: of the last attempt; `actions`: {retry, change (optional)}. */
export function showWaiting(entries, kind, actions) {
  const waiting = entries.filter((entry) => !entry.refused);
  const rows = entries.filter((entry) => entry.refused).map((entry) => refusedRow(entry, actions.retry));
  if (waiting.length) rows.unshift(waitingRow(waiting, kind, actions));
  const key = `${kind} ${entries.map((entry) => entry.id)}`;
  // Said once, not at every attempt; and a button stays where somebody is about to press it.
  if (place().dataset.shown === key && !place().hidden) return;
  place().dataset.shown = key;
  place().replaceChildren(...rows);
  place().hidden = rows.length === 0;
}

function sayMany(n) {
  const words = place().dataset;
  place().replaceChildren(row(n === 1 ? words.wordsSentOne : words.wordsSentMany.replace("{n}", n), []));
  place().hidden = false;
  delete place().dataset.shown;
}

/** What came of an entry that is not on this page; the number of ratings stored by it. */
function settle(entry, outcome) {
  if (outcome.kind === "stored") {
    take(entry);
    forgetOther(entry.rater, entry.slot);
    return 1;
  }
  if (outcome.kind === "refused") put({ ...entry, refused: { message: outcome.message } });
  return 0;
}

/** Send everything that waits but `except`, an item's slot; says the last attempt's kind and how many arrived. */
async function flush(rater, sessionUrl, except) {
  let kind = "";
  let stored = 0;
  for (const entry of entriesOf(rater)) {
    if (entry.slot === except || entry.refused) continue;
    const outcome = await send(entry, { goesOn: false, sessionUrl });
    stored += settle(entry, outcome);
    kind = outcome.kind;
    if (["waits", "signed-out", "other-person"].includes(kind)) break;
  }
  return { kind, stored };
}

/** Send what waits for this rater, now and whenever there may be a way again. `except`: the slot on the page. */
export function startWaiting({ signal, except = "", onStored = () => {} }) {
  const { rater, sessionUrl } = place().dataset;
  let isBusy = false;

  async function attempt() {
    if (isBusy || signal.aborted) return;
    const others = () => entriesOf(rater).filter((entry) => entry.slot !== except);
    if (!others().length) return;
    isBusy = true;
    const { kind, stored } = await flush(rater, sessionUrl, except);
    isBusy = false;
    if (signal.aborted) return;
    const left = others();
    if (left.length) showWaiting(left, kind, { retry: attempt });
    else if (stored) sayMany(stored);
    else place().hidden = true;
    if (stored) onStored(left.length);
  }

  whenThereMayBeAWay(attempt, signal);
  attempt();
}

/** Call at intervals, when the network is back, and when somebody comes back from another tab. */
export function whenThereMayBeAWay(attempt, signal) {
  const timer = setInterval(attempt, RETRY);
  signal.addEventListener("abort", () => clearInterval(timer));
  addEventListener("online", attempt, { signal });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && attempt(), { signal });
}
