// The drawers of narrow windows: the buttons open them, Escape closes them.
"use strict";

(() => {
  const buttons = [...document.querySelectorAll("button[data-toggle]")];

  function sync(box) {
    buttons.filter((button) => button.dataset.toggle === box.id)
      .forEach((button) => button.setAttribute("aria-expanded", String(box.checked)));
  }

  function set(box, open) {
    box.checked = open;
    sync(box);
  }

  buttons.forEach((button) => {
    const box = document.getElementById(button.dataset.toggle);
    button.addEventListener("click", () => set(box, !box.checked));
    box.addEventListener("change", () => sync(box));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    buttons.map((button) => document.getElementById(button.dataset.toggle))
      .filter((box) => box.checked)
      .forEach((box) => {
        set(box, false);
        buttons.find((button) => button.dataset.toggle === box.id && button.offsetParent)?.focus();
      });
  });
})();
