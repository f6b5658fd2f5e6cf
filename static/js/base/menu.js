// <details data-menu>: closes on Escape, on a click elsewhere and when the focus leaves.
function closeMenus({ except = null } = {}) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus({ except: event.target.closest("details[data-menu]") });
});

document.addEventListener("focusin", (event) => {
  closeMenus({ except: event.target.closest("details[data-menu]") });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
