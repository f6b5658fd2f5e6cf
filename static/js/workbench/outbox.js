// Submitted ratings that the server does not have yet: kept in this browser by person, sent once.
// An entry: {id, rater, slot, url, page, fields: [[name, value]], at, refused: {message} or absent}.
import { keysWith, read, remove, write } from "./storage.js";

const PREFIX = "attune:outbox:";
// The token is that of the moment of sending.
const NOT_SENT = new Set(["csrfmiddlewaretoken"]);

function keyOf(entry) {
  return `${PREFIX}${entry.rater}:${entry.id}`;
}

/** A form as it is submitted, with the button that was pressed. */
export function entryOf(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  return {
    id: data.get("client_id"),
    rater: form.dataset.rater,
    slot: form.dataset.slot,
    url: form.getAttribute("action"),
    page: location.pathname,
    fields: [...data].filter(([name]) => !NOT_SENT.has(name)),
    at: new Date().toISOString(),
  };
}

/** Keep an entry; false where this browser cannot. */
export function put(entry) {
  return write(keyOf(entry), entry);
}

export function take(entry) {
  remove(keyOf(entry));
}

/** This person's entries, the oldest first; another's are neither shown nor sent. */
export function entriesOf(rater) {
  const found = keysWith(`${PREFIX}${rater}:`).map(read).filter((entry) => entry?.rater === rater && entry.id);
  return found.sort((one, other) => one.at.localeCompare(other.at));
}

/** An entry's fields as the form's other side writes them: {name: [values]}. */
export function fieldsOf(entry) {
  const found = {};
  for (const [name, value] of entry.fields) (found[name] ??= []).push(value);
  return found;
}
