// What kinds of questions need beyond plain inputs: sliders, ticks that exclude each other, conditions.
let form = null;

function tell(input) {
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A number field gets a slider beside it. The number is what is sent; empty means no answer yet. */
function addSlider(box) {
  const number = box.querySelector("input[type=number]");
  const label = box.querySelector("label");
  const range = document.createElement("input");
  range.type = "range";
  range.className = "slider__range";
  range.min = number.min;
  range.max = number.max;
  range.step = number.step === "any" ? "1" : number.step;
  label.id ||= `${number.id}-label`;
  range.setAttribute("aria-labelledby", label.id);
  const anchors = number.getAttribute("aria-describedby");
  if (anchors) range.setAttribute("aria-describedby", anchors);

  function follow() {
    box.dataset.isEmpty = String(number.value === "");
    range.value = number.value === "" ? String((Number(range.min) + Number(range.max)) / 2) : number.value;
    if (number.value === "") range.setAttribute("aria-valuetext", "–");
    else range.removeAttribute("aria-valuetext");
  }

  function take() {
    number.value = range.value;
    follow();
    tell(number);
  }

  range.addEventListener("input", (event) => { event.stopPropagation(); take(); });
  // A click on the middle of an untouched slider changes nothing, and is an answer all the same.
  range.addEventListener("pointerup", () => number.value === "" && take());
  number.addEventListener("input", follow);
  number.before(range);
  follow();
}

function clear(inputs) {
  for (const input of inputs) {
    if (input.type === "checkbox" || input.type === "radio") input.checked = false;
    else input.value = "";
  }
}

/** "None of these" and its options, a reason for having no answer and an answer: one takes the other away. */
function exclude(event) {
  const { target } = event;
  const question = target.closest("fieldset.question:not(.checklist__element)");
  if (!question) return;
  const asides = [...question.querySelectorAll("[data-aside]")];
  const none = question.querySelector("[data-none]");
  const own = [...question.querySelectorAll("input, textarea")].filter((one) => !one.hasAttribute("data-aside"));
  if (asides.includes(target)) {
    if (!target.checked) return;
    clear(asides.filter((one) => one !== target));
    clear(own.filter((one) => one.type !== "range"));
    for (const slider of question.querySelectorAll("[data-slider] input[type=number]")) tell(slider);
    return;
  }
  if (target.type === "checkbox" && !target.checked) return;
  if (target.value === "") return;
  clear(asides);
  if (none && target === none) clear(own.filter((one) => one !== none && one.type === "checkbox"));
  else if (none) none.checked = false;
}

function valuesOf(key, target, part) {
  const name = `${key}--${target.replace(":", "-")}`;
  const inputs = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  if (!inputs.length) return null;
  if (part) return inputs.some((one) => one.value === part && one.checked) ? ["1"] : ["0"];
  if (inputs[0].type === "checkbox") return inputs[0].checked ? ["1"] : ["0"];
  if (inputs[0].type === "radio") return inputs.filter((one) => one.checked).map((one) => one.value);
  return inputs.map((one) => one.value);
}

/** Show conditional questions where their condition is met. The server asks again for itself. */
function applyConditions() {
  for (const box of form.querySelectorAll("[data-needs]")) {
    const { needs, needsPart, needsValues, target } = box.dataset;
    const found = valuesOf(needs, target, needsPart) ?? valuesOf(needs, "item", needsPart) ?? [];
    box.hidden = !needsValues.split(" ").some((value) => found.includes(value));
  }
}

export function startKinds(screen) {
  form = screen;
  for (const box of form.querySelectorAll("[data-slider]")) addSlider(box);
  form.addEventListener("input", exclude);
  form.addEventListener("input", applyConditions);
  applyConditions();
}
