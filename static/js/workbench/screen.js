// The screen as it stands: submitting swaps it for the next item's, so nothing of it may be remembered.

export function screenForm() {
  return document.querySelector("#rating-form");
}

/** Show what the server sent in place of the item; the frame, the guidelines and the scripts stay. */
export function swapScreen(url, html) {
  const sent = new DOMParser().parseFromString(html, "text/html");
  document.title = sent.title;
  for (const place of [".workbench-bar", "main", "#skip-dialog", "#problem-dialog"]) {
    document.querySelector(place).replaceWith(document.adoptNode(sent.querySelector(place)));
  }
  if (location.pathname !== url) history.pushState(null, "", url);
  scrollTo(0, 0);
  const heading = document.querySelector("#error-summary") ?? document.querySelector("#item-title");
  heading.focus({ preventScroll: heading.id === "item-title" });
}
