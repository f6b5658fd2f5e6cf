// What the server does not have yet is kept in this browser, by person and item.
const PREFIX = "attune:draft:";
const form = document.querySelector("#rating-form");
const key = form ? `${PREFIX}${form.dataset.rater}:${form.dataset.slot}` : "";

function write(entry) {
  try {
    localStorage.setItem(key, JSON.stringify(entry));
    return true;
  } catch {
    // Storage is full or switched off: the server's draft is the only one then.
    return false;
  }
}

/** Keep the fields until the server has them. */
export function keep(fields) {
  return write({ fields, at: new Date().toISOString(), sent: false });
}

/** What is kept for this item, or null. */
export function kept() {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/** The server has it. */
export function forget() {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing is kept where storage is off.
  }
}

/** The rating was sent; a page other than this item's shows that it arrived. */
export function markSent() {
  const entry = kept();
  if (entry) write({ ...entry, sent: true });
}

/** Take away what was sent and has arrived. */
export function sweep() {
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(PREFIX) || name === key) continue;
      if (JSON.parse(localStorage.getItem(name))?.sent) localStorage.removeItem(name);
    }
  } catch {
    // Storage is off, or holds something that is not ours.
  }
}
