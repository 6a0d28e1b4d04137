/* Filters of the bank page. The address keeps them after "#", so that a view can be marked and sent. */
"use strict";

const form = document.getElementById("filters");
const keys = document.getElementById("show-keys");
const count = document.getElementById("count");
const entries = [...document.querySelectorAll(".entry")];
const selects = [...form.querySelectorAll("select")];
const texts = new Map();

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function textOf(entry) {
  if (!texts.has(entry)) texts.set(entry, folded(entry.textContent));
  return texts.get(entry);
}

function fits(entry, wanted, words) {
  return wanted.every(([name, value]) => entry.dataset[name].split("|").includes(value))
    && words.every((word) => textOf(entry).includes(word));
}

function show() {
  const wanted = selects.filter((select) => select.value).map((select) => [select.name, select.value]);
  const words = folded(form.elements.search.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const entry of entries) {
    entry.hidden = !fits(entry, wanted, words);
    shown += !entry.hidden;
  }
  const text = count.dataset.text.replace("{shown}", shown).replace("{all}", entries.length);
  count.textContent = shown ? text : `${text}. ${count.dataset.none}`;
}

function remember() {
  const state = new URLSearchParams([...new FormData(form)].filter(([, value]) => value)).toString();
  history.replaceState(null, "", state ? `#${state}` : location.pathname + location.search);
}

function recall() {
  const state = location.hash.slice(1);
  const target = state.includes("=") ? null : document.getElementById(decodeURIComponent(state));
  if (target?.hidden) form.reset();
  if (state.includes("=")) {
    form.reset();
    for (const [name, value] of new URLSearchParams(state)) if (form.elements[name]) form.elements[name].value = value;
  }
  show();
  target?.scrollIntoView();
}

function open(all) {
  for (const details of document.querySelectorAll(".answer")) details.open = all;
}

form.addEventListener("input", (event) => {
  if (event.target === keys) return;
  show();
  remember();
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(() => { show(); open(keys.checked); if (location.hash.includes("=")) remember(); }));
keys.addEventListener("change", () => open(keys.checked));
addEventListener("hashchange", recall);
form.hidden = false;
recall();
