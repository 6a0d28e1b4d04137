// Search: in a window over any page, and on a page of its own; the same from a server and from a disk. What is searched
// comes as a script (builders/book/search.py) when the first letter is typed. On the page that a result leads to, the
// words that were looked for are marked until Escape.
"use strict";

(() => {
  const { words } = JSON.parse(document.getElementById("search-data").textContent);
  const root = document.documentElement.dataset.content_root || "./";
  const ofPage = document.getElementById("search-page");
  const PAGES = 12;
  const PASSAGES = 3;
  const AROUND = 170;
  const SLASH = "coursepack:no-slash";
  let pages = null;

  const word = (key, values = {}) => {
    const text = typeof words[key] === "string" ? words[key] : words[key][values.n === 1 ? "one" : "other"];
    return text.replace(/\{(\w+)\}/g, (mark, name) => values[name]);
  };

  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  // ---- Finding ----

  // Small letters without accents, as long as the text, so that places in one are places in the other.
  function fold(text) {
    const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    return plain.length === text.length ? plain : text.toLowerCase();
  }

  async function load() {
    if (pages) return;
    const found = await window.coursepack.parcel(`${root}_static/search-passages.js`, "search", word("load-failed"));
    pages = found.map(([address, passages]) => ({
      address,
      title: passages[0][1],
      name: fold(passages[0][1]),
      passages: passages.map(([anchor, heading, text]) => ({ anchor, heading, text, head: fold(heading), body: fold(text) })),
    }));
  }

  // The words of a query; what stands in quotation marks is one.
  function termsOf(query) {
    return [...fold(query.trim()).matchAll(/["“„]([^"“”]+)["”“]?|([^\s"“”„]+)/g)].map((found) => (found[1] || found[2]).trim())
      .filter(Boolean);
  }

  const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = (term) => new RegExp(`${/^[\p{L}\p{N}]/u.test(term) ? "(?<![\\p{L}\\p{N}])" : ""}${escape(term)}`, "gu");
  const whole = (term) => new RegExp(`(?<![\\p{L}\\p{N}])${escape(term)}(?![\\p{L}\\p{N}])`, "u");

  // How well a passage of a page fits: its heading counts most, whole words more than beginnings; 0 where
  // it has fewer than the needed number of words.
  function score(passage, name, terms, query, needed) {
    let sum = 0;
    let missing = 0;
    for (const { all, word: exact } of terms) {
      const head = (passage.head.match(all) || []).length;
      const body = (passage.body.match(all) || []).length;
      if (!head && !body && !name.match(all)) missing += 1;
      sum += Math.min(head, 1) * (exact.test(passage.head) ? 14 : 8) + Math.min(body, 6) + (exact.test(passage.body) ? 2 : 0);
    }
    if (!sum || terms.length - missing < needed) return 0;
    return sum + (passage.head === query ? 40 : 0) + (passage.head.includes(query) ? 8 : 0) + (passage.body.includes(query) ? 5 : 0);
  }

  function search(terms, query, needed) {
    const patterns = terms.map((term) => ({ all: pattern(term), word: whole(term) }));
    return pages.map(({ address, title, name, passages }) => {
      const found = passages.map((passage) => ({ passage, score: score(passage, name, patterns, query, needed) }))
        .filter((one) => one.score).sort((one, other) => other.score - one.score);
      return { address, title, found, score: (found[0] || {}).score };
    }).filter(({ found }) => found.length).sort((one, other) => other.score - one.score);
  }

  // Where the words as typed are nowhere, their endings are taken off, up to three letters: "joining" finds "join". Where no
  // passage has all of them, those with the most are found.
  function find(query) {
    const terms = termsOf(query);
    if (!terms.length) return { terms, results: [] };
    for (let needed = terms.length; needed > 0; needed -= 1) {
      for (let cut = 0; cut <= 3; cut += 1) {
        const cropped = terms.map((term) => (term.length - cut >= 4 ? term.slice(0, term.length - cut) : term));
        const results = search(cropped, terms.join(" "), needed);
        if (results.length) return { terms: cropped, results, some: needed < terms.length };
      }
    }
    return { terms, results: [] };
  }

  // ---- Showing ----

  function ranges(text, terms) {
    const folded = fold(text);
    const found = terms.flatMap((term) => [...folded.matchAll(pattern(term))].map(({ index }) => [index, index + term.length]));
    return found.sort((one, other) => one[0] - other[0]);
  }

  function marked(text, terms, from = 0, to = text.length) {
    const parts = [];
    let at = from;
    ranges(text, terms).forEach(([start, end]) => {
      if (start < at || end > to) return;
      parts.push(text.slice(at, start), make("mark", { textContent: text.slice(start, end) }));
      at = end;
    });
    parts.push(text.slice(at, to));
    return parts;
  }

  // The piece of a text in which most of the words stand, begun and ended between words; the beginning where the heading
  // has them all.
  function extract({ text, head, body }, terms) {
    const named = terms.every((term) => pattern(term).test(head));
    const found = named ? [] : ranges(text, terms);
    const kinds = ([start]) => new Set(found.filter(([at]) => at >= start && at < start + AROUND - 40)
      .map(([at, end]) => body.slice(at, end))).size;
    const best = found.reduce((one, other) => (kinds(other) > kinds(one) ? other : one), found[0] || [0, 0]);
    let from = Math.max(0, best[0] - 40);
    if (from) from = text.indexOf(" ", from) + 1;
    let to = Math.min(text.length, from + AROUND);
    if (to < text.length) to = Math.max(text.lastIndexOf(" ", to), best[1]);
    return [from ? "… " : "", ...marked(text, terms, from, to), to < text.length ? " …" : ""];
  }

  function linkTo(address, passage, query) {
    return `${root}${address}?q=${encodeURIComponent(query)}${passage.anchor ? `#${passage.anchor}` : ""}`;
  }

  function entry(result, { passage }, first, terms, query) {
    const link = make("a", { href: linkTo(result.address, passage, query) });
    if (first) link.append(make("span", { className: "found-page" }, ...marked(result.title, terms)));
    if (passage.heading !== result.title) link.append(make("span", { className: "found-heading" }, ...marked(passage.heading, terms)));
    link.append(make("span", { className: "found-text" }, ...extract(passage, terms)));
    return make("li", {}, link);
  }

  function group(result, terms, query, limit) {
    const shown = result.found.slice(0, limit);
    const list = make("ul", { className: "found" }, ...shown.map((one, index) => entry(result, one, index === 0, terms, query)));
    return make("li", {}, list);
  }

  function say(query, { results, some }, whole) {
    if (!query.trim()) return "";
    if (!results.length) return word("nothing", { query: query.trim() });
    const said = word(results.length > PAGES && !whole ? "first" : "found", { n: results.length, m: PAGES });
    return some ? `${word("some")} ${said}` : said;
  }

  // A field with its results below: typing searches, the arrows move between field and results.
  function attach(field, list, news, whole) {
    let latest = 0;

    async function show() {
      const turn = latest += 1;
      const query = field.value;
      try {
        await load();
      } catch (error) {
        news.textContent = error.message;
        return;
      }
      if (turn !== latest) return;
      const answer = find(query);
      const results = whole ? answer.results : answer.results.slice(0, PAGES);
      list.replaceChildren(...results.map((one) => group(one, answer.terms, query.trim(), whole ? undefined : PASSAGES)));
      news.textContent = say(query, answer, whole);
    }

    function move(event) {
      const stops = [field, ...list.querySelectorAll("a")];
      const at = stops.indexOf(document.activeElement) + { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (at < 0 || at >= stops.length) return;
      event.preventDefault();
      stops[at].focus();
    }

    const around = field.closest("dialog, #search-page");
    around.addEventListener("keydown", (event) => { if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event); });
    field.addEventListener("input", show);
    field.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const first = list.querySelector("a");
      if (first && !whole) first.click();
      else if (first) first.focus();
    });
    return show;
  }

  // ---- The window over any page ----

  function build() {
    const field = make("input", { type: "search", name: "q", autocomplete: "off", placeholder: word("field") });
    field.setAttribute("aria-label", word("field"));
    const list = make("ul", { className: "found-pages" });
    const news = make("p", { className: "found-news" });
    news.setAttribute("role", "status");
    const close = make("button", { type: "button", textContent: word("close") });
    const all = make("a", { textContent: word("all") });
    const slash = make("input", { type: "checkbox", checked: slashWorks() });
    const box = make("dialog", { className: "search-window" },
      make("form", { action: `${root}search.html` }, field, close), news, list,
      make("p", { className: "search-foot" }, make("span", { textContent: word("keys") }), make("label", {}, slash, ` ${word("slash")}`), all));
    box.setAttribute("aria-label", word("search"));
    document.body.append(box);
    const show = attach(field, list, news, false);
    const turnTo = () => { all.href = `${root}search.html?q=${encodeURIComponent(field.value)}`; };
    field.addEventListener("input", turnTo);
    turnTo();
    close.addEventListener("click", () => box.close());
    box.addEventListener("click", ({ target }) => { if (target === box || target.closest(".found-pages a")) box.close(); });
    slash.addEventListener("change", () => remember(!slash.checked));
    return { box, field, show };
  }

  function slashWorks() {
    try {
      return !localStorage.getItem(SLASH);
    } catch {
      return true;
    }
  }

  function remember(off) {
    try {
      if (off) localStorage.setItem(SLASH, "1");
      else localStorage.removeItem(SLASH);
    } catch {
      // Where nothing is kept, the key works as before on the next page.
    }
  }

  let opened = null;

  function open() {
    opened ||= build();
    if (!opened.box.open) opened.box.showModal();
    opened.field.focus();
    opened.field.select();
    load().catch(() => {});
  }

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    const command = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target) && slashWorks();
    if (!command && !slash) return;
    event.preventDefault();
    if (ofPage) ofPage.querySelector("input").focus();
    else open();
  });

  document.querySelectorAll("a.search-open").forEach((link) => {
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || ofPage) return;
      event.preventDefault();
      open();
    });
  });

  // ---- The page of search, and the words on the page that was found ----

  const asked = new URLSearchParams(location.search).get("q") || "";

  function preparePage() {
    const [field, news, list] = ["input", "[role=status]", "ul"].map((name) => ofPage.querySelector(name));
    const show = attach(field, list, news, true);
    ofPage.querySelector("form").hidden = false;
    field.value = asked;
    if (asked) show();
    else field.focus();
  }

  function textsOf(article) {
    const walk = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walk.nextNode()) found.push(walk.currentNode);
    return found;
  }

  function markWords() {
    if (!asked || typeof Highlight === "undefined") return;
    const texts = textsOf(document.querySelector("article"));
    const hits = (terms) => texts.flatMap((node) => ranges(node.data, terms).map(([start, end]) => {
      const range = new Range();
      range.setStart(node, start);
      range.setEnd(node, end);
      return range;
    }));
    let terms = termsOf(asked);
    for (let cut = 0; cut < 3 && !hits(terms).length; cut += 1) terms = terms.map((term) => (term.length > 4 ? term.slice(0, -1) : term));
    CSS.highlights.set("found", new Highlight(...hits(terms)));
    document.addEventListener("keydown", ({ key }) => { if (key === "Escape") CSS.highlights.delete("found"); });
  }

  if (ofPage) preparePage();
  else markWords();
})();
