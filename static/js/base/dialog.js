// <a href="/page/" data-dialog="#id">: opens the dialog on this page; without script the link leads to the page.
export function openDialog(dialog) {
  if (!dialog.open) dialog.showModal();
}

function isPlainClick(event) {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener && isPlainClick(event)) {
    const dialog = document.querySelector(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      openDialog(dialog);
    }
  } else if (event.target.matches("dialog[data-dismissable]")) {
    // The dialog itself is hit only outside its content: on the backdrop.
    event.target.close();
  }
});
