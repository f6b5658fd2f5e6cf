// The rating screen. Everything here has a way without script.
import { startActivity } from "./activity.js";
import { startAnchor } from "./anchor.js";
import { startDraft } from "./draft.js";
import { startKeys } from "./keys.js";
import { startKinds } from "./kinds.js";
import { startMarks } from "./marks.js";
import { screenForm, swapScreen } from "./screen.js";
import { startSubmit } from "./submit.js";
import { startUndo } from "./undo.js";
import { startWaiting } from "./waiting.js";

let current = new AbortController();
let path = location.pathname;

/** Whoever opens the conversation is ready for the reply. */
function openTogether() {
  const notes = [...document.querySelectorAll("details.content-note")];
  notes[0]?.addEventListener("toggle", () => {
    if (notes[0].open) for (const note of notes) note.open = true;
  });
}

function swap(url, html, { isRefused = false } = {}) {
  current.abort();
  swapScreen(url, html);
  path = location.pathname;
  start({ isRefused });
}

function start({ isRefused }) {
  current = new AbortController();
  const { signal } = current;
  const form = screenForm();
  openTogether();
  startMarks();
  startAnchor();
  startActivity(form, signal);
  const draft = startDraft(form, signal);
  startKinds(form);
  startUndo(form);
  startKeys(form, signal);
  startSubmit(form, draft, { signal, swap });
  startWaiting({ signal, except: form.dataset.slot });
  // A form that came back holds what the server's draft may not.
  if (isRefused) draft.goOn();
  // Says to whoever watches the page that keys and autosave work from here on.
  form.dataset.isReady = "true";
}

start({ isRefused: false });
// Back and forward between items that were swapped: the server knows how each stands now.
addEventListener("popstate", () => location.pathname !== path && location.reload());
// A page that comes back from the browser's cache can be sent again.
addEventListener("pageshow", (event) => event.persisted && location.reload());
