// The form as plain data, and back.
import { setMarks } from "./marks.js";

const form = document.querySelector("#rating-form");
// Belong to the page that was loaded, not to what was typed.
const OWN = new Set(["csrfmiddlewaretoken", "client_id", "rubric_version", "expected_revision"]);

/** {name: [values]} of everything entered. */
export function fields() {
  const found = {};
  for (const [name, value] of new FormData(form)) {
    if (!OWN.has(name)) (found[name] ??= []).push(value);
  }
  return found;
}

/** Put kept fields back into the form. */
export function putBack(kept) {
  setMarks(kept.mark ?? []);
  for (const element of form.elements) {
    if (!element.name || OWN.has(element.name) || element.name === "mark") continue;
    const values = kept[element.name] ?? [];
    if (element.type === "radio" || element.type === "checkbox") {
      element.checked = values.includes(element.value);
    } else if (element.tagName === "TEXTAREA" || element.type === "hidden") {
      element.value = values[0] ?? "";
      if (element.value) element.closest("details")?.setAttribute("open", "");
    }
  }
}
