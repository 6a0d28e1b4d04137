// What a learner read, wrote, answered and rated, kept in this browser and nowhere else. Where the browser keeps nothing
// (private windows, blocked storage), the page works the same until it is closed, and says so.
"use strict";

window.coursepack = window.coursepack || {};

(() => {
  const { course, lesson, words } = JSON.parse(document.getElementById("study-data").textContent);
  const KEY = `coursepack:${course}`;
  const PARTS = ["read", "answers", "practice", "ratings"];
  const STAY = 2000;
  let memory = empty();
  let kept = true;

  function empty() {
    return { version: 1, course, ...Object.fromEntries(PARTS.map((part) => [part, {}])) };
  }

  // Returns what a text holds if it is progress in this course, else null.
  function parse(text) {
    try {
      const found = JSON.parse(text);
      const whole = PARTS.every((part) => found[part] && typeof found[part] === "object" && !Array.isArray(found[part]));
      return found.version === 1 && found.course === course && whole ? found : null;
    } catch {
      return null;
    }
  }

  function state() {
    try {
      if (kept) memory = parse(localStorage.getItem(KEY)) || empty();
    } catch {
      kept = false;
    }
    return memory;
  }

  function replace(found) {
    memory = found;
    try {
      localStorage.setItem(KEY, JSON.stringify(found));
      kept = true;
    } catch {
      kept = false;
    }
    document.dispatchEvent(new CustomEvent("progress:changed"));
  }

  function change(work) {
    const found = state();
    work(found);
    replace(found);
  }

  function probe() {
    try {
      localStorage.setItem(`${KEY}:probe`, "1");
      localStorage.removeItem(`${KEY}:probe`);
    } catch {
      kept = false;
    }
  }

  const today = () => new Date().toISOString().slice(0, 10);

  function word(key, values = {}) {
    const entry = words[key];
    const text = typeof entry === "string" ? entry : entry[Number(values.n) === 1 ? "one" : "other"];
    return text.replace(/\{(\w+)\}/g, (mark, name) => values[name]);
  }

  // ---- Answers that are typed ----

  const FIELDS = "textarea[data-part], input[data-part]";
  const nameOf = (field) => [field.dataset.part, field.dataset.cell].filter(Boolean).join("#");

  function restore() {
    const { answers } = state();
    document.querySelectorAll(FIELDS).forEach((field) => {
      if (answers[nameOf(field)] !== undefined) field.value = answers[nameOf(field)];
    });
  }

  document.addEventListener("input", ({ target }) => {
    if (!target.matches(FIELDS)) return;
    change(({ answers }) => {
      if (target.value.trim()) answers[nameOf(target)] = target.value;
      else delete answers[nameOf(target)];
    });
  });

  // ---- Questions that are answered: how often in a row on different days, for review over time ----

  document.addEventListener("practice:answered", ({ detail: { item, right } }) => {
    change(({ practice }) => {
      const before = practice[item] || { streak: 0, tries: 0, last: "" };
      const again = before.last === today() && before.right !== false;
      const streak = right === false ? 0 : Math.min(6, before.streak + (again ? 0 : 1));
      practice[item] = { right, streak: Math.max(streak, right === false ? 0 : 1), tries: before.tries + 1, last: today() };
    });
  });

  // ---- Lessons that are read: by the button, or by reaching their end ----

  const mark = document.querySelector(".read-mark");

  function showMark() {
    const button = mark.querySelector("button");
    const read = Boolean(state().read[lesson]);
    button.setAttribute("aria-pressed", String(read));
    mark.querySelector(".read-state").textContent = [read ? word("read-on", { date: state().read[lesson] }) : "", kept ? "" : word("not-kept")]
      .filter(Boolean).join(" ");
  }

  function setRead(read) {
    change((found) => {
      if (read) found.read[lesson] ||= today();
      else delete found.read[lesson];
    });
    showMark();
  }

  function prepareMark() {
    mark.hidden = false;
    showMark();
    mark.querySelector("button").addEventListener("click", () => {
      clearTimeout(staying);
      watch.disconnect();
      setRead(!state().read[lesson]);
    });
    // Who only passes, or comes to press the button, has not read it yet.
    let staying = 0;
    const watch = new IntersectionObserver((entries) => {
      clearTimeout(staying);
      if (window.scrollY === 0 || !entries.some((entry) => entry.isIntersecting)) return;
      staying = setTimeout(() => {
        watch.disconnect();
        setRead(true);
      }, STAY);
    });
    watch.observe(mark);
  }

  // ---- Marks beside read lessons in the contents of the course ----

  function tick() {
    const { read } = state();
    document.querySelectorAll(".sidebar-tree a[data-lesson]").forEach((link) => {
      link.querySelector(".read-tick")?.remove();
      const date = read[link.dataset.lesson];
      if (!date) return;
      const mark = Object.assign(document.createElement("span"), { className: "read-tick" });
      const said = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: word("read-on", { date }) });
      mark.append(" ", said);
      link.append(mark);
    });
  }

  document.addEventListener("progress:changed", tick);

  // ---- How sure a learner is of an objective, from 1 to 4 ----

  function rating(box) {
    const name = box.dataset.rate;
    const group = document.createElement("fieldset");
    group.className = "rating";
    const legend = document.createElement("legend");
    legend.className = "visually-hidden";
    legend.textContent = word("rate", { objective: name });
    group.append(legend);
    [1, 2, 3, 4].forEach((level) => {
      const field = document.createElement("input");
      Object.assign(field, { type: "radio", name: `rating-${name}`, value: level, checked: state().ratings[name] === level });
      field.addEventListener("change", () => change(({ ratings }) => { ratings[name] = level; }));
      const label = document.createElement("label");
      label.append(field, ` ${level} `);
      const meaning = document.createElement("span");
      meaning.className = "rating-meaning";
      meaning.textContent = word(`rate-${level}`);
      label.append(meaning);
      group.append(label);
    });
    box.append(group);
  }

  probe();
  restore();
  document.querySelectorAll("[data-rate]").forEach(rating);
  if (mark) prepareMark();
  tick();

  Object.assign(window.coursepack, {
    progress: { state, change, replace, empty, parse, today, word, isKept: () => kept },
  });
})();
