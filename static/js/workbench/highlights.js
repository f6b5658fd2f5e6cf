// Marked words in the texts: underlined by weight, with the number they bear in the list.
import { shownNodes, textElements, unitsOf } from "./offsets.js";

function clear(element) {
  const marks = element.querySelectorAll("mark.evidence");
  for (const mark of marks) mark.replaceWith(...mark.childNodes);
  if (marks.length) element.normalize();
}

/** Of the places marked in a text, those that are shown, from first to last shown letter. */
function placesIn(element, marks) {
  const nodes = shownNodes(element);
  const text = element.textContent;
  return marks.flatMap((mark) => {
    const units = unitsOf(text, mark);
    const inside = units ? nodes.filter((one) => one.start < units[1] && one.end > units[0]) : [];
    if (!inside.length) return [];
    return [{ ...mark, start: Math.max(inside[0].start, units[0]), end: Math.min(inside.at(-1).end, units[1]) }];
  });
}

function wrap(node, over, end) {
  const mark = document.createElement("mark");
  mark.className = `evidence evidence--${Math.max(...over.map((one) => one.weight))}`;
  const numbers = over.filter((one) => one.end === end).map((one) => one.number);
  if (numbers.length) mark.dataset.numbers = numbers.join(" ");
  node.replaceWith(mark);
  mark.append(node);
}

function paintNode({ node, start, end }, places) {
  const here = places.filter((one) => one.start < end && one.end > start);
  const cuts = [...new Set(here.flatMap((one) => [one.start, one.end]))].filter((cut) => cut > start && cut < end);
  let rest = node;
  let from = start;
  for (const cut of [...cuts.sort((a, b) => a - b), end]) {
    const part = rest;
    if (cut < end) rest = part.splitText(cut - from);
    const over = here.filter((one) => one.start < cut && one.end > from);
    if (over.length) wrap(part, over, cut);
    from = cut;
  }
}

/** Show these marks ({target, start, end, quote, number, weight}) in the texts, and no others. */
export function paint(marks) {
  for (const [target, element] of textElements()) {
    const mine = marks.filter((one) => one.target === target);
    clear(element);
    if (!mine.length) continue;
    const places = placesIn(element, mine);
    for (const one of shownNodes(element)) paintNode(one, places);
  }
}
