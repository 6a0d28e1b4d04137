// The drawers of narrow windows: their buttons open them; Escape, or a click beside them, closes them.
// What is wider than its frame can be scrolled by keyboard too.
"use strict";

window.coursepack = window.coursepack || {};

// Parcels: scripts of the site that call back with what they hold. Unlike other files they load from a disk as well.
(() => {
  const parcels = new Map();
  const waiting = new Map();

  window.coursepackParcel = (name, content) => waiting.get(name)?.(content);

  window.coursepack.parcel = (address, name, message) => {
    if (!parcels.has(name)) {
      const arrived = new Promise((resolve, reject) => {
        waiting.set(name, resolve);
        const script = document.createElement("script");
        Object.assign(script, { src: address, onerror: () => reject(new Error(message)) });
        document.head.append(script);
      });
      parcels.set(name, arrived);
      arrived.catch(() => parcels.delete(name));
    }
    return parcels.get(name);
  };
})();

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

  document.querySelectorAll("[data-close]").forEach((beside) => {
    beside.addEventListener("click", () => set(document.getElementById(beside.dataset.close), false));
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
  function reach() {
    document.querySelectorAll(".table-wrapper, .highlight pre, .math, .item-stem, .item-stimulus, .drawing-frame").forEach((frame) => {
      frame.toggleAttribute("tabindex", frame.scrollWidth > frame.clientWidth);
      if (frame.hasAttribute("tabindex")) frame.tabIndex = 0;
    });
  }

  window.addEventListener("load", reach);
  window.addEventListener("resize", reach);
})();

// Where the heading of the page has left a narrow window, its top names the page in place of the course.
(() => {
  const name = document.querySelector(".mobile-header .brand");
  const heading = document.querySelector("article h1");
  if (!heading) return;
  const course = name.textContent;
  const page = [...heading.childNodes].filter((node) => !node.classList?.contains("headerlink")).map((node) => node.textContent).join("");
  new IntersectionObserver(([entry]) => {
    name.textContent = entry.isIntersecting || entry.boundingClientRect.top > 0 ? course : page;
  }).observe(heading);
})();
