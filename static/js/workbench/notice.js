// One place in the form for what happened to the draft, with what can be done about it.

function place() {
  return document.querySelector("#draft-notice");
}

/** Show a sentence and buttons ({words, run}). */
export function showNotice(text, actions) {
  const sentence = document.createElement("p");
  sentence.textContent = text;
  const buttons = actions.map(({ words, run }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--small";
    button.textContent = words;
    button.addEventListener("click", run);
    return button;
  });
  place().replaceChildren(sentence, ...buttons);
  place().hidden = false;
}

export function hideNotice() {
  place().hidden = true;
  place().replaceChildren();
}
