// <form data-signs-out="…">: whoever signs out leaves nothing of theirs in this browser. The words ask before
// something goes that the server does not have.
const DRAFTS = "attune:draft:";
const OUTBOX = "attune:outbox:";

function kept() {
  try {
    return Object.keys(localStorage);
  } catch {
    // Storage is off: nothing is kept.
    return [];
  }
}

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.signsOut;
  if (question === undefined) return;
  const keys = kept();
  if (keys.some((key) => key.startsWith(OUTBOX)) && !confirm(question)) {
    event.preventDefault();
    return;
  }
  for (const key of keys) {
    if (key.startsWith(DRAFTS) || key.startsWith(OUTBOX)) localStorage.removeItem(key);
  }
});
