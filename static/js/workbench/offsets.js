// Passages are counted in code points of the raw text; JavaScript counts UTF-16 units. The page holds the whole
// raw text: the signs of formatting that are not shown stand in hidden spans.
const TEXTS = ".turn__text, .reply__text";

/** Number of code points in a string. */
export function codePoints(text) {
  return Array.from(text).length;
}

/** What a text element is called in a mark: "turn:2", "response:1"; empty where nothing can be marked. */
function targetOf(element) {
  const turn = element.closest(".turn");
  return turn ? turn.id.replace("turn-", "turn:") : element.closest("[data-target]")?.dataset.target ?? "";
}

/** Text elements by target. */
export function textElements() {
  const found = [...document.querySelectorAll(TEXTS)].map((element) => [targetOf(element), element]);
  return new Map(found.filter(([target]) => target));
}

/** The text element that holds a node, with its target, or null. */
function textOf(node) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  const text = element?.closest(TEXTS);
  const target = text ? targetOf(text) : "";
  return target ? { element: text, target } : null;
}

/** Text nodes of an element that are shown, each with its place in the whole text, in UTF-16 units. */
export function shownNodes(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  let start = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.closest("[hidden]")) found.push({ node, start, end: start + node.length });
    start += node.length;
  }
  return found;
}

/** Where the shown part of [start, end) begins and ends; null when none of it is shown. */
function shownPart(element, start, end) {
  const inside = shownNodes(element).filter((one) => one.start < end && one.end > start);
  if (!inside.length) return null;
  return [Math.max(inside[0].start, start), Math.min(inside.at(-1).end, end)];
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
  const start = before.toString().length;
  const part = shownPart(place.element, start, start + inside.toString().length);
  return part && trimmed(place.element.textContent, part, place.target);
}

function trimmed(text, [start, end], target) {
  const chosen = text.slice(start, end);
  const quote = chosen.trim();
  if (!quote) return null;
  const first = codePoints(text.slice(0, start + chosen.indexOf(quote)));
  return { target, start: first, end: first + codePoints(quote), quote };
}

/** A mark's place in UTF-16 units of the text, or null when its words are not there. */
export function unitsOf(text, { start, end, quote }) {
  const letters = Array.from(text);
  if (Number.isInteger(start) && letters.slice(start, end).join("") === quote) {
    const first = letters.slice(0, start).join("").length;
    return [first, first + quote.length];
  }
  const at = quote ? text.indexOf(quote.replaceAll(/\r\n?/g, "\n")) : -1;
  return at < 0 ? null : [at, at + quote.replaceAll(/\r\n?/g, "\n").length];
}
