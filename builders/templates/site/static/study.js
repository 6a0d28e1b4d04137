// Help while reading: what a term means, beside it; copying a listing; printing the page.
"use strict";

(() => {
  const { words, terms } = JSON.parse(document.getElementById("study-data").textContent);

  // ---- Terms: on hover, on focus, and on the first tap; Escape or going elsewhere closes ----

  const bubble = Object.assign(document.createElement("div"), { className: "term-bubble", id: "term-bubble", hidden: true });
  bubble.setAttribute("role", "tooltip");
  document.body.append(bubble);
  let shown = null;
  let tapped = null;
  let leaving = 0;

  function termOf(link) {
    return terms[(/#term-([\w-]+)$/.exec(link.getAttribute("href")) || [])[1]];
  }

  function show(link) {
    clearTimeout(leaving);
    if (shown === link) return;
    hide();
    shown = link;
    bubble.textContent = termOf(link);
    bubble.hidden = false;
    link.setAttribute("aria-describedby", bubble.id);
    const place = link.getBoundingClientRect();
    const wide = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(place.left, wide - bubble.offsetWidth - 8));
    const below = place.bottom + bubble.offsetHeight + 8 < window.innerHeight || place.top < bubble.offsetHeight + 8;
    const top = below ? place.bottom + 4 : place.top - bubble.offsetHeight - 4;
    Object.assign(bubble.style, { left: `${left + window.scrollX}px`, top: `${top + window.scrollY}px` });
  }

  function hide() {
    clearTimeout(leaving);
    shown?.removeAttribute("aria-describedby");
    shown = null;
    bubble.hidden = true;
  }

  function leave() {
    clearTimeout(leaving);
    leaving = setTimeout(hide, 250);
  }

  function explain(link) {
    link.addEventListener("pointerenter", ({ pointerType }) => { if (pointerType === "mouse") show(link); });
    link.addEventListener("pointerleave", ({ pointerType }) => { if (pointerType === "mouse") leave(); });
    link.addEventListener("pointerdown", ({ pointerType }) => { tapped = pointerType !== "mouse" && shown !== link ? link : null; });
    link.addEventListener("focus", () => show(link));
    link.addEventListener("blur", hide);
    link.addEventListener("click", (event) => {
      if (tapped !== link) return;
      event.preventDefault();
      tapped = null;
      show(link);
    });
  }

  document.querySelectorAll('article a[href*="#term-"]').forEach((link) => { if (termOf(link)) explain(link); });
  bubble.addEventListener("pointerenter", () => clearTimeout(leaving));
  bubble.addEventListener("pointerleave", leave);
  document.addEventListener("pointerdown", ({ target }) => { if (shown && !bubble.contains(target) && !shown.contains(target)) hide(); });
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") hide(); });

  // ---- Listings ----

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  }

  const news = Object.assign(document.createElement("div"), { className: "visually-hidden" });
  news.setAttribute("role", "status");
  document.body.append(news);

  document.querySelectorAll("article .highlight > pre").forEach((listing) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "copy-code", textContent: words.copy });
    button.setAttribute("aria-label", words["copy-this"]);
    listing.after(button);
    button.addEventListener("click", async () => {
      await copy(listing.textContent.trimEnd());
      button.focus();
      button.textContent = words.copied;
      news.textContent = words.copied;
      setTimeout(() => {
        button.textContent = words.copy;
        news.textContent = "";
      }, 2000);
    });
  });

  // ---- Printing ----

  document.querySelectorAll(".print-page").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
