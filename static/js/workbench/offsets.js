// Passages are counted in code points of the raw text; JavaScript counts UTF-16 units.

/** Number of code points in a string. */
export function codePoints(text) {
  return Array.from(text).length;
}

/** The text element that holds a node, with its target ("turn:2", "response:1"), or null. */
export function textOf(node) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  const text = element?.closest(".turn__text, .reply__text");
  if (!text) return null;
  const turn = text.closest(".turn");
  const target = turn ? turn.id.replace("turn-", "turn:") : text.closest("[data-target]")?.dataset.target;
  return target ? { element: text, target } : null;
}

/** The marked passage of a selection that lies within one text, else null. */
export function passageOf(selection) {
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const place = textOf(range.startContainer);
  if (!place) return null;
  const inside = range.cloneRange();
  // A triple click runs on into the next element: the passage ends with its own text.
  if (!place.element.contains(range.endContainer)) inside.setEndAfter(place.element.lastChild);
  const before = document.createRange();
  before.selectNodeContents(place.element);
  before.setEnd(inside.startContainer, inside.startOffset);
  return trimmed(before.toString(), inside.toString(), place.target);
}

function trimmed(before, chosen, target) {
  const quote = chosen.trim();
  if (!quote) return null;
  const lead = chosen.slice(0, chosen.indexOf(quote));
  const start = codePoints(before) + codePoints(lead);
  return { target, start, end: start + codePoints(quote), quote };
}
