// Autosave: half a second after the last change to the server, and at once into this browser.
import { csrfHeaders } from "../base/csrf.js";
import { fields, putBack } from "./fields.js";
import { forget, keep, kept, markSent } from "./kept.js";
import { hideNotice, showNotice } from "./notice.js";

const WAIT = 500;
const RETRY = 5000;
const form = document.querySelector("#rating-form");
const state = document.querySelector("#saved-state");
const notice = document.querySelector("#draft-notice").dataset;

let number = Number(form.dataset.draftNumber);
let timer = 0;
let version = 0;
let isSending = false;
let isStopped = false;

function show(name) {
  state.dataset.state = name;
  state.textContent = name === "offline" ? notice.wordsOffline : (state.dataset[`words${name[0].toUpperCase()}${name.slice(1)}`] ?? "");
}

function later(delay) {
  clearTimeout(timer);
  timer = setTimeout(save, delay);
}

async function send() {
  const response = await fetch(form.dataset.draftUrl, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", ...csrfHeaders() },
    body: JSON.stringify({ number, fields: fields() }),
    keepalive: document.visibilityState === "hidden",
    redirect: "manual",
  });
  if (response.type === "opaqueredirect") return { status: 401, body: {} };
  const isJson = response.headers.get("Content-Type")?.includes("json");
  return { status: response.status, body: isJson ? await response.json() : {} };
}

function stale(body) {
  isStopped = true;
  show("failed");
  showNotice(notice.wordsStale, [
    { words: notice.wordsLoad, run: () => { forget(); location.reload(); } },
    { words: notice.wordsKeep, run: () => { number = body.number; isStopped = false; hideNotice(); save(); } },
  ]);
}

function signedOut() {
  show("offline");
  showNotice(notice.wordsSignedOut, [{ words: notice.wordsSignIn, run: () => location.reload() }]);
}

function settle({ status, body }, sentVersion) {
  if (status === 200) {
    number = body.number;
    hideNotice();
    if (version !== sentVersion) return later(0);
    forget();
    return show("saved");
  }
  if (status === 409) return stale(body);
  if (status === 401 || status === 403) return signedOut();
  show("failed");
  return later(RETRY);
}

async function save() {
  clearTimeout(timer);
  if (isStopped || isSending) return;
  isSending = true;
  const sentVersion = version;
  show("saving");
  let answer = null;
  try {
    answer = await send();
  } catch {
    // No network: the browser's copy holds until there is one.
  }
  isSending = false;
  if (answer) return settle(answer, sentVersion);
  show("offline");
  later(RETRY);
}

function changed() {
  version += 1;
  keep(fields());
  if (!isStopped) later(isSending ? 0 : WAIT);
  if (isSending) later(WAIT);
}

function restore() {
  const entry = kept();
  if (!entry) return;
  const server = Date.parse(form.dataset.draftAt) || 0;
  if (Date.parse(entry.at) <= server) return forget();
  putBack(entry.fields);
  showNotice(notice.wordsRestored, []);
  version += 1;
  later(0);
}

function submitted(event) {
  if (!navigator.onLine) {
    event.preventDefault();
    showNotice(notice.wordsNotSent, []);
    return;
  }
  if (form.dataset.isSent) return event.preventDefault();
  form.dataset.isSent = "true";
  isStopped = true;
  clearTimeout(timer);
  markSent();
}

/** Save from now on, and put back what only this browser has. */
export function startDraft() {
  restore();
  form.addEventListener("input", changed);
  form.addEventListener("submit", submitted);
  addEventListener("online", () => kept() && later(0));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && kept()) save();
  });
  // A page that comes back from the browser's cache can be sent again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
