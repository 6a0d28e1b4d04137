// Review over time: questions that are due, from the modules that were begun, those of the newest one last. A right answer
// puts a question off for longer each time, a wrong one brings it back the next day.
"use strict";

(() => {
  const { state, today, word, isKept } = window.coursepack.progress;
  const plan = JSON.parse(document.getElementById("review-plan").textContent);
  const box = document.getElementById("review-items");
  const notice = document.querySelector(".study-notice");
  const actions = document.querySelector(".study-actions");
  const DAYS = [1, 1, 3, 7, 21, 60, 120];
  const AT_ONCE = 10;
  const shown = new Set();

  function due({ streak, last }) {
    const day = new Date(`${last}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() + DAYS[Math.min(streak, DAYS.length - 1)]);
    return day.toISOString().slice(0, 10);
  }

  // Modules that were begun; where there are several, the newest is still being learnt and is left out.
  function begun() {
    const { read, practice } = state();
    const found = plan.filter(({ lessons, items }) => lessons.some((id) => read[id]) || items.some((id) => practice[id]));
    return found.length > 1 ? found.slice(0, -1) : found;
  }

  // Returns questions with the day they are due; what was never answered is due now, after what was.
  function candidates() {
    const { practice } = state();
    return begun().flatMap(({ module, items }) => items
      .filter((item) => !shown.has(item))
      .map((item) => ({ module, item, day: practice[item] ? due(practice[item]) : today(), fresh: !practice[item] })));
  }

  function order(one, other) {
    return Number(one.fresh) - Number(other.fresh) || (one.day < other.day ? -1 : Number(one.day > other.day));
  }

  async function add(chosen) {
    for (const { module, item } of chosen) {
      const content = await window.coursepack.parcel(`${box.dataset.root}review/${module}.js`, `review/${module}`, word("load-failed"));
      const place = document.createElement("div");
      place.className = "practice-item";
      place.id = `practice-${item.toLowerCase()}`;
      place.innerHTML = content[item];
      box.append(place);
      shown.add(item);
      place.dispatchEvent(new CustomEvent("practice:added", { bubbles: true }));
    }
    box.hidden = !shown.size;
  }

  async function draw(all) {
    const open = candidates().sort(order);
    const chosen = open.filter(({ day }) => all || day <= today()).slice(0, AT_ONCE);
    try {
      await add(chosen);
      notice.textContent = [chosen.length ? word("review-now", { n: chosen.length }) : nothing(open), isKept() ? "" : word("not-kept")]
        .filter(Boolean).join(" ");
    } catch (error) {
      notice.textContent = error.message;
    }
    actions.hidden = !candidates().length;
  }

  function nothing(open) {
    if (open.length) return word("review-later", { date: open[0].day });
    return word(shown.size || begun().length ? "review-done" : "review-nothing");
  }

  actions.querySelector("button").addEventListener("click", () => draw(true));
  draw(false);
})();
