// Autosave: half a second after the last change to the server, and at once into this browser.
import { csrfHeaders } from "../base/csrf.js";
import { fields, putBack } from "./fields.js";
import { forget, keep, kept } from "./kept.js";
import { hideNotice, showNotice } from "./notice.js";

const WAIT = 500;
const RETRY = 5000;

class Draft {
  constructor(form) {
    this.form = form;
    this.state = document.querySelector("#saved-state");
    this.words = document.querySelector("#draft-notice").dataset;
    this.number = Number(form.dataset.draftNumber);
    this.timer = 0;
    this.version = 0;
    this.isSending = false;
    this.isStopped = false;
  }

  show(name) {
    const { state } = this;
    state.dataset.state = name;
    const words = state.dataset[`words${name[0].toUpperCase()}${name.slice(1)}`] ?? "";
    state.textContent = name === "offline" ? this.words.wordsOffline : words;
  }

  later(delay) {
    clearTimeout(this.timer);
    if (!this.isStopped) this.timer = setTimeout(() => this.save(), delay);
  }

  async send() {
    const { draftUrl, rater } = this.form.dataset;
    const response = await fetch(draftUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", ...csrfHeaders() },
      body: JSON.stringify({ number: this.number, rater, fields: fields() }),
      keepalive: document.visibilityState === "hidden",
      redirect: "manual",
    });
    if (response.type === "opaqueredirect") return { status: 401, body: {} };
    const isJson = response.headers.get("Content-Type")?.includes("json");
    return { status: response.status, body: isJson ? await response.json() : {} };
  }

  stale(body) {
    this.isStopped = true;
    this.show("failed");
    showNotice(this.words.wordsStale, [
      { words: this.words.wordsLoad, run: () => { forget(); location.reload(); } },
      { words: this.words.wordsKeep, run: () => { this.number = body.number; hideNotice(); this.goOn(); } },
    ]);
  }

  signedOut() {
    this.show("offline");
    showNotice(this.words.wordsSignedOut, [{ words: this.words.wordsSignIn, run: () => location.reload() }]);
  }

  settle({ status, body }, sentVersion) {
    if (status === 200) {
      this.number = body.number;
      // What was typed is elsewhere by now: submitted, or swapped for the next item.
      if (this.isStopped) return;
      hideNotice();
      if (this.version !== sentVersion) return this.later(0);
      forget();
      return this.show("saved");
    }
    if (this.isStopped) return;
    if (status === 409) return this.stale(body);
    if (status === 401 || status === 403) return this.signedOut();
    this.show("failed");
    return this.later(RETRY);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.isStopped || this.isSending) return;
    this.isSending = true;
    const sentVersion = this.version;
    this.show("saving");
    let answer = null;
    try {
      answer = await this.send();
    } catch {
      // No network: the browser's copy holds until there is one.
    }
    this.isSending = false;
    if (answer) return this.settle(answer, sentVersion);
    if (this.isStopped) return;
    this.show("offline");
    this.later(RETRY);
  }

  changed() {
    this.version += 1;
    keep(fields());
    this.later(WAIT);
  }

  restore() {
    const entry = kept();
    if (!entry) return;
    const server = Date.parse(this.form.dataset.draftAt) || 0;
    if (Date.parse(entry.at) <= server) return forget();
    putBack(entry.fields);
    showNotice(this.words.wordsRestored, []);
    this.version += 1;
    this.later(0);
  }

  stop() {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** Save what stands here, and everything from now on. */
  goOn() {
    this.isStopped = false;
    this.changed();
  }
}

/** Save from now on, and put back what only this browser has. */
export function startDraft(form, signal) {
  const draft = new Draft(form);
  draft.restore();
  form.addEventListener("input", () => draft.changed());
  signal.addEventListener("abort", () => draft.stop());
  addEventListener("online", () => kept() && draft.later(0), { signal });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && kept()) draft.save();
  }, { signal });
  return draft;
}
