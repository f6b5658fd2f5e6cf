// Submit and next in one round trip. What could not be sent waits in the outbox, and the answers stay in sight.
import { countActivity } from "./activity.js";
import { putBack } from "./fields.js";
import { forget } from "./kept.js";
import { showNotice } from "./notice.js";
import { entriesOf, entryOf, fieldsOf, put, take } from "./outbox.js";
import { send } from "./sending.js";
import { showWaiting, whenThereMayBeAWay } from "./waiting.js";

/** A new id: what was sent under the old one may have arrived. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

class Submitting {
  constructor(form, draft, { signal, swap }) {
    this.form = form;
    this.draft = draft;
    this.signal = signal;
    this.swap = swap;
    this.sessionUrl = document.querySelector("#outbox").dataset.sessionUrl;
    this.entry = null;
    this.isSending = false;
  }

  /** What is sent is what stands here: answers do not change until it is known what became of them. */
  lock(isLocked) {
    this.form.inert = isLocked;
    this.form.toggleAttribute("aria-busy", isLocked);
  }

  async submit(submitter) {
    if (this.isSending) return;
    if (!this.entry) {
      countActivity();
      this.entry = entryOf(this.form, submitter);
      this.isKept = put(this.entry);
    }
    await this.attempt();
  }

  async attempt() {
    if (!this.entry || this.isSending || this.signal.aborted) return;
    this.isSending = true;
    this.draft.stop();
    this.lock(true);
    const outcome = await send(this.entry, { goesOn: true, sessionUrl: this.sessionUrl });
    this.isSending = false;
    if (!this.signal.aborted) this.arrived(outcome);
  }

  arrived({ kind, body, message }) {
    if (kind === "stored") return this.goOn(body);
    if (kind === "refused") return this.refused(body, message);
    const change = () => this.change();
    const shown = kind === "waits" && !this.isKept ? "not-kept" : kind;
    showWaiting([this.entry], shown, { retry: () => this.attempt(), change });
    document.querySelector("#outbox").scrollIntoView({ block: "nearest" });
  }

  goOn({ url, html }) {
    take(this.entry);
    forget();
    if (html) this.swap(url, html);
    else location.assign(url);
  }

  /** The work stays: on the page with what is wrong, as the server's draft, or here with the reason. */
  refused({ url, html }, message) {
    if (url) {
      take(this.entry);
      if (html) return this.swap(url, html, { isRefused: true });
      forget();
      return location.assign(url);
    }
    this.change();
    showNotice(message || document.querySelector("#outbox").dataset.wordsNoWay, []);
  }

  /** Take the rating out of the outbox and go on answering. */
  change() {
    take(this.entry);
    this.entry = null;
    this.form.elements.namedItem("client_id").value = newId();
    document.querySelector("#outbox").hidden = true;
    this.lock(false);
    this.draft.goOn();
  }

  /** A rating of this item that was submitted before the page was loaded. */
  resume() {
    const { rater, slot } = this.form.dataset;
    const entry = entriesOf(rater).find((one) => one.slot === slot);
    if (!entry) return;
    putBack(fieldsOf(entry));
    if (entry.refused) {
      take(entry);
      this.draft.goOn();
      showNotice(entry.refused.message, []);
      return;
    }
    this.entry = entry;
    this.isKept = true;
    this.attempt();
  }
}

/** "Pause" sends the form elsewhere, as a page. Without a connection the answers wait here. */
function leave(event, draft) {
  if (navigator.onLine) {
    countActivity();
    draft.stop();
    return;
  }
  event.preventDefault();
  showNotice(event.submitter.dataset.wordsOffline, []);
}

/** Submit by script. `swap(url, html, {isRefused})` shows what came back. */
export function startSubmit(form, draft, { signal, swap }) {
  const submitting = new Submitting(form, draft, { signal, swap });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return leave(event, draft);
    event.preventDefault();
    submitting.submit(event.submitter);
  });
  whenThereMayBeAWay(() => submitting.attempt(), signal);
  submitting.resume();
}
