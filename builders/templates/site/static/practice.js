// Practice items: answered on the page, with the feedback that the answer calls for. No server, no library.
// The page works without this script, since every item has its answer in a <details>. What the marks in the
// HTML mean (data-practice, data-key, data-for, …) is said in builders/markup.
"use strict";

(() => {
  const words = document.getElementById("practice-words").dataset;

  // A check reads one item, or one part of a case. It returns whether there is an answer, whether it is right
  // (null: nobody but the learner can tell), which feedback to show, and a note for the result.
  const checks = {
    "choice": checkOptions,
    "true-false": checkOptions,
    "multiple-response": checkOptions,
    "matching": checkMatching,
    "ordering": checkOrdering,
    "numeric": checkNumber,
    "cloze": checkGaps,
  };

  // What belongs to this part, neither to a part inside it nor to its answer.
  function own(root, selector) {
    return [...root.querySelectorAll(selector)]
      .filter((found) => found.closest("[data-practice]") === root && !found.closest(".practice-answer"));
  }

  function feedback(root, key) {
    return own(root, ".practice-feedback").find((box) => box.dataset.for === String(key));
  }

  function mark(field, right) {
    (field.closest(".option") || field).classList.add(right ? "is-right" : "is-wrong");
    field.setAttribute("aria-invalid", String(!right));
  }

  function checkOptions(root) {
    const inputs = own(root, "input");
    const chosen = inputs.filter((input) => input.checked);
    const keys = inputs.filter((input) => input.dataset.key === "true");
    const hits = chosen.filter((input) => input.dataset.key === "true");
    chosen.forEach((input) => mark(input, hits.includes(input)));
    const onlyHits = hits.length === chosen.length;
    const right = onlyHits && hits.length === keys.length;
    return {
      answered: chosen.length > 0,
      right,
      said: chosen.map((input) => feedback(root, input.value)),
      note: onlyHits && !right ? words.more : "",
    };
  }

  function checkMatching(root) {
    const fields = own(root, "select");
    return checkShares(fields, (field) => field.value === field.dataset.key, (field) => [
      feedback(root, `prompt-${field.id.split("-").pop()}`),
      feedback(root, field.value),
    ]);
  }

  function checkOrdering(root) {
    const result = checkShares(own(root, "select"), (field) => field.value === field.dataset.key, () => []);
    return { ...result, said: result.right ? [] : [feedback(root, "wrong")] };
  }

  function checkGaps(root) {
    const fits = (field) => JSON.parse(field.dataset.key).some((key) => tidy(key) === tidy(field.value));
    return checkShares(own(root, "input.gap"), fits, (field) => [feedback(root, field.id.split("-gap").pop())]);
  }

  // Several fields that score one by one; an empty one is not right, but is not marked as wrong either.
  function checkShares(fields, fits, feedbackOf) {
    const filled = fields.filter((field) => field.value.trim());
    const hits = filled.filter(fits);
    filled.forEach((field) => mark(field, hits.includes(field)));
    const right = hits.length === fields.length;
    return {
      answered: filled.length > 0,
      right,
      said: filled.filter((field) => !hits.includes(field)).flatMap(feedbackOf),
      note: right ? "" : words.share.replace("{n}", hits.length).replace("{m}", fields.length),
    };
  }

  function checkNumber(root) {
    const [field] = own(root, "input");
    const value = readNumber(field.value);
    const near = (number, margin) => Math.abs(value - Number(number)) <= margin + 1e-9;
    const right = near(field.dataset.key, Number(field.dataset.margin));
    const answered = field.value.trim() !== "";
    if (answered) mark(field, right);
    const error = own(root, ".practice-feedback").find((box) => near(box.dataset.for, 0));
    return { answered, right, said: right ? [] : [error], note: "" };
  }

  function checkOpen(root) {
    return { answered: own(root, "textarea").some((field) => field.value.trim()), right: null, said: [], note: words.compare };
  }

  function tidy(text) {
    return text.trim().replace(/\s+/g, " ").toLocaleLowerCase();
  }

  // Reads "1,250.5", "1.250,5", "1 250" and "−0,5": the last of two different signs is the decimal one, and a sign
  // that stands more than once separates thousands.
  function readNumber(text) {
    const plain = text.trim().replace(/[\s'’\u00a0\u202f]/g, "").replace("−", "-");
    const signs = plain.match(/[.,]/g) || [];
    const decimal = signs.length === 1 || new Set(signs).size === 2 ? signs[signs.length - 1] : "";
    const [whole, part = ""] = decimal ? plain.split(decimal) : [plain];
    return /^[-+]?[\d.,]*$/.test(whole) && /^\d*$/.test(part) && /\d/.test(plain)
      ? Number(`${whole.replace(/[.,]/g, "")}.${part || 0}`) : NaN;
  }

  function clear(form) {
    form.querySelectorAll(".is-right, .is-wrong").forEach((found) => found.classList.remove("is-right", "is-wrong"));
    form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    form.querySelectorAll(".practice-feedback").forEach((box) => { box.hidden = true; });
    form.querySelectorAll(".practice-result").forEach((result) => { result.textContent = ""; });
  }

  // The parts of an item that ask something: of most items the item itself.
  function asking(form) {
    return [form, ...form.querySelectorAll(".item-part")].filter((root) => own(root, "input, select, textarea").length);
  }

  function answer(form) {
    clear(form);
    const results = asking(form).map((root) => {
      const result = (checks[root.dataset.practice] || checkOpen)(root);
      show(root, form, result);
      return result;
    });
    form.querySelector(".practice-retry").hidden = !results.some((result) => result.answered);
    if (!results.every((result) => result.answered)) return;
    const judged = results.filter((result) => result.right !== null);
    const right = judged.length ? judged.every((result) => result.right) : null;
    form.dispatchEvent(new CustomEvent("practice:answered", { bubbles: true, detail: { item: form.dataset.item, right } }));
  }

  function show(root, form, { answered, right, said, note }) {
    const boxes = answered ? said.filter(Boolean) : [];
    boxes.forEach((box) => { box.hidden = false; });
    const verdict = right === null ? "" : right ? form.dataset.right : form.dataset.wrong;
    const result = own(root, ".practice-result")[0];
    result.classList.toggle("is-right", answered && right === true);
    result.classList.toggle("is-wrong", answered && right === false);
    result.textContent = answered ? [verdict, note].filter(Boolean).join(" ") : words.unanswered;
    say(result, boxes);
    if (answered && right === null) answerOf(root).open = true;
  }

  // The feedback stands beside the answer; those who listen hear it with the result.
  function say(result, boxes) {
    const spoken = document.createElement("span");
    spoken.className = "visually-hidden";
    spoken.textContent = boxes.map((box) => ` ${box.textContent.trim()}`).join("");
    result.append(spoken);
  }

  function answerOf(root) {
    return [...root.querySelectorAll(".practice-answer")].find((found) => found.closest("[data-practice]") === root);
  }

  // Scoring points to tick: the learner judges an open answer, the page adds up.
  function addUp(root) {
    const points = [...answerOf(root).querySelectorAll("input[data-points]")];
    const sum = (boxes) => boxes.reduce((total, box) => total + Number(box.dataset.points), 0);
    const text = words.ownPoints.replace("{n}", sum(points.filter((box) => box.checked))).replace("{m}", sum(points));
    own(root, ".practice-result")[0].textContent = text;
  }

  function retry(form) {
    clear(form);
    form.reset();
    form.querySelectorAll(".practice-answer").forEach((details) => { details.open = false; });
    form.querySelector(".practice-retry").hidden = true;
    own(asking(form)[0], "input, select, textarea")[0].focus();
  }

  function prepare(form) {
    const check = form.querySelector(".practice-check");
    const again = document.createElement("button");
    Object.assign(again, { type: "button", className: "practice-retry", textContent: words.retry, hidden: true });
    check.hidden = false;
    check.after(" ", again);
    again.addEventListener("click", () => retry(form));
    form.addEventListener("submit", (event) => { event.preventDefault(); answer(form); });
    form.addEventListener("change", (event) => {
      if (event.target.closest(".practice-answer")) addUp(event.target.closest("[data-practice]"));
    });
  }

  document.querySelectorAll("form[data-practice]").forEach(prepare);
  document.addEventListener("practice:added", ({ target }) => {
    target.querySelectorAll("form[data-practice]").forEach(prepare);
  });
})();
