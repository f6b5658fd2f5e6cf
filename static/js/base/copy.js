// <button data-copy="#id" data-copied="Copied" hidden>: shown only where the clipboard can be written.
function reveal(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button[data-copy][hidden]")) button.hidden = false;
}

async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  const status = button.parentElement.querySelector("[data-copy-status]");
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    status.textContent = button.dataset.copied;
  } catch {
    // The browser refused: leave the text selected, ready for the reader's own copy key.
    getSelection().selectAllChildren(source);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (button) copy(button);
});

reveal(document);
document.addEventListener("htmx:load", (event) => reveal(event.detail.elt));
