// The page of progress: what was done in each lesson; taking it along, bringing it back, deleting it.
"use strict";

(() => {
  const { state, replace, empty, parse, word, isKept } = window.coursepack.progress;
  const notice = document.querySelector(".study-notice");
  const actions = document.querySelector(".study-actions");
  const confirm = document.querySelector(".study-confirm");
  const does = (name) => actions.querySelector(`[data-does="${name}"]`);

  function show() {
    const { read, answers, practice } = state();
    const written = Object.keys(answers);
    document.querySelectorAll("tr[data-lesson]").forEach((row) => {
      const [exercises, items] = ["exercises", "items"].map((name) => JSON.parse(row.dataset[name]));
      const cell = (name) => row.querySelector(`[data-shows="${name}"]`);
      const begun = exercises.filter((id) => written.some((name) => name === id || name.startsWith(`${id}#`)));
      const right = items.filter((id) => practice[id] && practice[id].right !== false);
      cell("read").textContent = read[row.dataset.lesson] || "–";
      cell("exercises").textContent = exercises.length ? word("n-of-m", { n: begun.length, m: exercises.length }) : "–";
      cell("items").textContent = items.length ? word("n-of-m", { n: right.length, m: items.length }) : "–";
    });
  }

  function rates() {
    const { ratings } = state();
    document.querySelectorAll(".rating input").forEach((field) => {
      field.checked = ratings[field.name.replace("rating-", "")] === Number(field.value);
    });
  }

  function say(text) {
    notice.textContent = text;
  }

  function ask(open) {
    confirm.hidden = !open;
    does("ask").hidden = open;
    does(open ? "cancel" : "ask").focus();
  }

  does("export").addEventListener("click", () => {
    const found = state();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${JSON.stringify(found, null, 1)}\n`], { type: "application/json" }));
    link.download = `progress-${found.course}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    say(word("exported", { file: link.download }));
  });

  does("import").addEventListener("change", async ({ target }) => {
    const found = parse(await target.files[0].text());
    target.value = "";
    if (found) replace(found);
    say(word(found ? "imported" : "not-imported"));
    rates();
  });

  does("ask").addEventListener("click", () => ask(true));
  does("cancel").addEventListener("click", () => ask(false));
  does("reset").addEventListener("click", () => {
    replace(empty());
    ask(false);
    rates();
    say(word("deleted"));
  });

  document.addEventListener("progress:changed", show);
  window.addEventListener("storage", () => { show(); rates(); });
  actions.hidden = false;
  if (!isKept()) say(word("not-kept"));
  show();
})();
