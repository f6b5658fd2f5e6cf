// What the server does not have yet is kept in this browser, by person and item.
import { screenForm } from "./screen.js";
import { read, remove, write } from "./storage.js";

const PREFIX = "attune:draft:";

function key() {
  const { rater, slot } = screenForm().dataset;
  return `${PREFIX}${rater}:${slot}`;
}

/** Keep the fields until the server has them. */
export function keep(fields) {
  return write(key(), { fields, at: new Date().toISOString() });
}

/** What is kept for this item, or null. */
export function kept() {
  return read(key());
}

/** The server has it. */
export function forget() {
  remove(key());
}

/** The server has the rating of an item that is not on this page. */
export function forgetOther(rater, slot) {
  remove(`${PREFIX}${rater}:${slot}`);
}
