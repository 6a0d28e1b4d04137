// Practice items: answered on the page, with the feedback of the chosen answer. No server, no library.
// The page works without this script: every item has its answer in a <details>.
"use strict";

(() => {
  const words = document.getElementById("practice-words").dataset;

  // A check reads one item (or one part of a case) and returns how much of it is answered and right,
  // and the feedback that the answer calls for. Fields it has judged are marked for the eye and the ear.
  const checks = {
    "choice": checkOptions,
    "true-false": checkOptions,
    "multiple-response": checkOptions,
    "matching": checkMatching,
    "ordering": checkOrdering,
    "numeric": checkNumber,
    "cloze": checkGaps,
  };

  function own(root, selector) {
    // A case holds its parts; what belongs to a part is the part's business.
    return [...root.querySelectorAll(selector)].filter((found) => found.closest("[data-practice]") === root);
  }

  function feedbackFor(root, key) {
    return own(root, ".practice-feedback").find((box) => box.dataset.for === String(key));
  }

  function mark(field, right) {
    field.closest(".option, p, td, li, div").classList.add(right ? "is-right" : "is-wrong");
    field.setAttribute("aria-invalid", String(!right));
  }

  function checkOptions(root) {
    const inputs = own(root, "input");
    const chosen = inputs.filter((input) => input.checked);
    const keys = inputs.filter((input) => input.dataset.key === "true");
    const hits = chosen.filter((input) => input.dataset.key === "true");
    chosen.forEach((input) => mark(input, input.dataset.key === "true"));
    const right = hits.length === keys.length && chosen.length === keys.length;
    return {
      answered: chosen.length > 0,
      right,
      said: chosen.map((input) => feedbackFor(root, input.value)),
      note: !right && keys.length > 1 && hits.length === chosen.length ? words.more : "",
    };
  }

  function checkMatching(root) {
    const fields = own(root, "select");
    const hits = fields.filter((field) => field.value === field.dataset.key);
    fields.forEach((field) => field.value !== "" && mark(field, field.value === field.dataset.key));
    const missed = fields.filter((field) => field.value !== "" && !hits.includes(field));
    const prompts = own(root, "[data-for-prompt]");
    const said = missed.flatMap((field) => [
      prompts.find((box) => field.id.endsWith(`-${box.dataset.forPrompt}`)),
      feedbackFor(root, field.value),
    ]);
    return shares(fields, hits, said);
  }

  function checkOrdering(root) {
    const fields = own(root, "select");
    const hits = fields.filter((field) => field.value === field.dataset.key);
    fields.forEach((field) => field.value !== "" && mark(field, field.value === field.dataset.key));
    return shares(fields, hits, hits.length < fields.length ? [feedbackFor(root, "wrong")] : []);
  }

  function checkNumber(root) {
    const [field] = own(root, "input");
    const value = readNumber(field.value);
    const right = Math.abs(value - Number(field.dataset.key)) <= Number(field.dataset.margin) + 1e-9;
    if (field.value.trim()) mark(field, right);
    const error = own(root, ".practice-feedback").find((box) => Math.abs(value - Number(box.dataset.for)) < 1e-9);
    return { answered: field.value.trim() !== "", right, said: right ? [] : [error], note: "" };
  }

  function readNumber(text) {
    // Both decimal signs are accepted; a sign that is followed by exactly three digits more than once is grouping.
    const plain = text.trim().replace(/[\s'’\u00a0\u202f]/g, "");
    const grouped = /^[-+−]?\d{1,3}([.,]\d{3}){2,}$/.test(plain) ? plain.replace(/[.,]/g, "") : plain;
    const lone = /,.*\./.test(grouped) ? grouped.replace(/,/g, "") : grouped;
    const swapped = /\..*,/.test(lone) ? lone.replace(/\./g, "").replace(",", ".") : lone.replace(",", ".");
    return Number.parseFloat(swapped.replace("−", "-"));
  }

  function checkGaps(root) {
    const fields = own(root, "input.gap");
    const fits = (field) => JSON.parse(field.dataset.key).some((key) => same(key, field.value));
    const hits = fields.filter(fits);
    fields.forEach((field) => field.value.trim() && mark(field, hits.includes(field)));
    const missed = fields.filter((field) => field.value.trim() && !hits.includes(field));
    return shares(fields, hits, missed.map((field) => feedbackFor(root, field.id.split("-gap").pop())));
  }

  function same(key, answer) {
    const tidy = (text) => text.trim().replace(/\s+/g, " ").toLocaleLowerCase();
    return tidy(key) === tidy(answer);
  }

  function shares(fields, hits, said) {
    const right = hits.length === fields.length;
    const note = words.share.replace("{n}", hits.length).replace("{m}", fields.length);
    return { answered: fields.some((field) => field.value.trim() !== ""), right, said, note: right ? "" : note };
  }

  function checkOpen(root) {
    const fields = own(root, "textarea");
    return { answered: fields.some((field) => field.value.trim()), right: null, said: [], note: words.compare };
  }

  function clear(form) {
    form.querySelectorAll(".is-right, .is-wrong").forEach((found) => found.classList.remove("is-right", "is-wrong"));
    form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    form.querySelectorAll(".practice-feedback").forEach((box) => { box.hidden = true; });
  }

  // One round: judge every part that asks something, show the feedback, say the result aloud.
  function answer(form) {
    clear(form);
    const parts = [form, ...form.querySelectorAll(".item-part")];
    const asking = parts.filter((part) => own(part, "input, select, textarea").length > 0);
    const results = asking.map((part) => (checks[part.dataset.practice] || checkOpen)(part));
    if (!results.every((result) => result.answered)) {
      clear(form);
      show(form, false, null, [words.unanswered], []);
      return;
    }
    const said = results.flatMap((result) => result.said).filter(Boolean);
    said.forEach((box) => { box.hidden = false; });
    const judged = results.filter((result) => result.right !== null);
    const right = judged.length ? judged.every((result) => result.right) : null;
    show(form, true, right, results.map((result) => result.note).filter(Boolean), said);
    if (!judged.length) form.querySelectorAll(".practice-answer").forEach((details) => { details.open = true; });
    form.dispatchEvent(new CustomEvent("practice:answered", {
      bubbles: true,
      detail: { item: form.dataset.item, right },
    }));
  }

  function show(form, answered, right, notes, said) {
    const result = form.querySelector(".practice-result");
    const verdict = answered && right !== null ? (right ? form.dataset.right : form.dataset.wrong) : "";
    result.textContent = [verdict, ...notes].filter(Boolean).join(" ");
    result.className = `practice-result ${!answered || right === null ? "" : right ? "is-right" : "is-wrong"}`.trim();
    // The feedback stands beside the answer; those who listen hear it here.
    const spoken = document.createElement("span");
    spoken.className = "visually-hidden";
    spoken.textContent = ` ${said.map((box) => box.textContent.trim()).join(" ")}`;
    result.append(spoken);
    form.querySelector(".practice-retry").hidden = !answered;
  }

  function retry(form) {
    clear(form);
    form.reset();
    form.querySelectorAll(".practice-answer").forEach((details) => { details.open = false; });
    const result = form.querySelector(".practice-result");
    result.textContent = "";
    result.className = "practice-result";
    form.querySelector(".practice-retry").hidden = true;
    form.querySelector("input, select, textarea").focus();
  }

  document.querySelectorAll("form[data-practice]").forEach((form) => {
    const check = form.querySelector(".practice-check");
    check.hidden = false;
    const again = document.createElement("button");
    Object.assign(again, { type: "button", className: "practice-retry", textContent: words.retry, hidden: true });
    check.after(" ", again);
    again.addEventListener("click", () => retry(form));
    form.addEventListener("submit", (event) => { event.preventDefault(); answer(form); });
  });
})();
