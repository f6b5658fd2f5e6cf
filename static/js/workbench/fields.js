// The form as plain data, and back.
import { setMarks } from "./marks.js";
import { screenForm } from "./screen.js";

// Belong to the page that was loaded, not to what was typed.
const OWN = new Set(["csrfmiddlewaretoken", "client_id", "rater", "rubric_version", "expected_revision"]);

/** {name: [values]} of everything entered. */
export function fields() {
  const found = {};
  for (const [name, value] of new FormData(screenForm())) {
    if (!OWN.has(name)) (found[name] ??= []).push(value);
  }
  return found;
}

/** Put kept fields back into the form, all but those named in `except`. */
export function putBack(kept, except = []) {
  setMarks(kept.mark ?? []);
  for (const element of screenForm().elements) {
    const { name, type } = element;
    if (!name || OWN.has(name) || name === "mark" || except.includes(name)) continue;
    const values = kept[name] ?? [];
    if (type === "radio" || type === "checkbox") {
      element.checked = values.includes(element.value);
    } else if (type !== "submit" && type !== "button") {
      element.value = values[0] ?? "";
      if (element.value && type !== "hidden") element.closest("details")?.setAttribute("open", "");
    }
  }
}
