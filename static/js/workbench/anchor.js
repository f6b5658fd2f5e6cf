// What is judged stays at hand: on a small screen it opens above the actions; the part a question is about is shown.
import { textElements } from "./offsets.js";

// One column, and high enough for the bars to stick: see workbench.css.
const SMALL = matchMedia("(max-width: 63.99rem) and (min-height: 32rem)");
const GONE = 0.3;

let watcher = null;
let isListening = false;

const part = (selector) => document.querySelector(selector);
const dock = () => part("#reply");
const opener = () => part(".workbench__to-reply");

/** Bars that stick take room from what is scrolled into view. */
function measure() {
  const root = document.documentElement.style;
  const bars = { "--bar-now": part(".workbench-bar"), "--actions-now": part(".workbench__actions") };
  for (const [name, bar] of Object.entries(bars)) {
    const sticks = bar && getComputedStyle(bar).position === "sticky";
    root.setProperty(name, `${sticks ? Math.ceil(bar.getBoundingClientRect().height) : 0}px`);
  }
}

function watchSizes() {
  const sizes = new ResizeObserver(measure);
  for (const bar of document.querySelectorAll(".workbench-bar, .workbench__actions")) sizes.observe(bar);
  measure();
}

function name() {
  const link = opener();
  if (!link) return;
  link.hidden = !dock().textContent.trim();
  if (SMALL.matches) link.setAttribute("aria-expanded", String(dock().classList.contains("is-docked")));
  else link.removeAttribute("aria-expanded");
  link.textContent = dock().classList.contains("is-docked") ? link.dataset.wordsHide : link.dataset.wordsShow;
}

function close() {
  if (!dock()?.classList.contains("is-docked")) return;
  dock().classList.remove("is-docked");
  part(".workbench__gap")?.remove();
  watcher?.disconnect();
  name();
}

/** The reply leaves the page's flow and something of its size stays behind, so that nothing jumps. */
function open() {
  const gap = document.createElement("div");
  gap.className = "workbench__gap";
  gap.style.blockSize = `${dock().getBoundingClientRect().height}px`;
  dock().before(gap);
  dock().classList.add("is-docked");
  dock().scrollTop = 0;
  // Where the reply itself comes into sight, it goes back there.
  watcher = new IntersectionObserver((seen) => seen.at(-1).intersectionRatio > GONE && close(), { threshold: GONE });
  watcher.observe(gap);
  name();
}

function isInSight(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight - part(".workbench__actions").offsetHeight - 80;
}

function clicked(event) {
  if (event.target.closest?.('a[href="#transcript"]')) part("#transcript").scrollTop = 0;
  const link = event.target.closest?.('.workbench__to-reply, .jumps__link[href="#reply"]');
  if (!link || !SMALL.matches) return;
  if (dock().classList.contains("is-docked")) {
    event.preventDefault();
    close();
  } else if (!isInSight(dock()) && dock().getBoundingClientRect().bottom <= 0) {
    event.preventDefault();
    open();
  }
}

/**
 * Scroll a box of its own, never the page. Far turns get their true height only when near, and then push others away:
 * so it looks again for a while, also where all is well at first.
 */
function reveal(box, element, looks = 12) {
  if (!box || box.scrollHeight <= box.clientHeight || !box.contains(element)) return;
  const outer = box.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  if (inner.top < outer.top || inner.bottom > outer.bottom) box.scrollTop += inner.top - outer.top - 8;
  if (looks) requestAnimationFrame(() => reveal(box, element, looks - 1));
}

/** The reply or turn that the question in focus is about is outlined and in sight. */
function point({ target }) {
  const about = target.closest?.("#rating-form [data-target]")?.dataset.target;
  if (!about) return;
  for (const old of document.querySelectorAll(".is-asked-about")) old.classList.remove("is-asked-about");
  const element = textElements().get(about)?.closest(".turn, .reply");
  if (!element || document.querySelectorAll(".turn, .reply").length < 2) return;
  if (element.matches(".turn") || document.querySelectorAll(".reply").length > 1) {
    element.classList.add("is-asked-about");
  }
  reveal(element.closest("#transcript, #reply"), element);
}

function listen() {
  document.addEventListener("click", clicked);
  document.addEventListener("focusin", point);
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
  SMALL.addEventListener("change", () => { close(); name(); measure(); });
  addEventListener("resize", measure);
}

/** For the page as it stands; may be called again when it has changed. */
export function startAnchor() {
  watcher?.disconnect();
  watchSizes();
  name();
  if (isListening) return;
  isListening = true;
  listen();
}
