// The rating screen. Everything here has a way without script.
import { startActivity } from "./activity.js";
import { startDraft } from "./draft.js";
import { startKeys } from "./keys.js";
import { sweep } from "./kept.js";
import { startMarks } from "./marks.js";

// Whoever opens the conversation is ready for the reply.
const notes = [...document.querySelectorAll("details.content-note")];
notes[0]?.addEventListener("toggle", () => {
  if (notes[0].open) for (const note of notes) note.open = true;
});

sweep();
startMarks();
startActivity();
startDraft();
startKeys();
// Says to whoever watches the page that keys and autosave work from here on.
document.querySelector("#rating-form").dataset.isReady = "true";
