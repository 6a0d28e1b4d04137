// Queries that can be changed and run on the page, and labs that are checked there. The database is a file of the site;
// it and the engine are fetched by a script element when they are first asked for, which works from a disk as well.
"use strict";

(() => {
  const place = document.getElementById("console-data");
  if (!place) return;
  const { root, datasets, words: entries } = JSON.parse(place.textContent);
  const RUN_SECONDS = 10;
  const CHECK_SECONDS = 60;
  const SHOWN = 100;
  let fields = 0;

  function word(key, values = {}) {
    const entry = entries[key];
    const text = typeof entry === "string" ? entry : entry[Number(values.n) === 1 ? "one" : "other"];
    return text.replace(/\{(\w+)\}/g, (mark, name) => values[name]);
  }

  const parcel = (name) => window.coursepack.parcel(`${root}${name}.js`, name, word("load-failed"));

  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  // ---- A database beside the page; one question at a time, ended where it takes too long ----

  class Machine {
    constructor(dataset, variant) {
      this.dataset = dataset;
      this.name = dataset && `${dataset}-${variant}`;
      this.size = dataset ? datasets[dataset].sizes[variant] : 0;
      this.worker = null;
      this.last = Promise.resolve();
    }

    ask(message, seconds) {
      const turn = this.last.then(() => this.answer(message, seconds));
      this.last = turn.catch(() => {});
      return turn;
    }

    async answer(message, seconds) {
      if (!this.worker) await this.open();
      return this.post(message, seconds);
    }

    async open() {
      const engine = await parcel("engine");
      const data = this.name ? await parcel(this.name) : null;
      if (typeof Worker === "undefined" || typeof WebAssembly === "undefined" || typeof DecompressionStream === "undefined") {
        throw new Error(word("cannot"));
      }
      const source = URL.createObjectURL(new Blob([engine.worker], { type: "text/javascript" }));
      try {
        this.worker = new Worker(source);
        await this.post({ kind: "open", wasm: engine.wasm, words: engine.words, data }, 120);
      } catch (error) {
        this.close();
        throw new Error(`${word("cannot")} (${error.message})`);
      } finally {
        URL.revokeObjectURL(source);
      }
    }

    post(message, seconds) {
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          this.close();
          reject(new Error(word("too-long", { n: seconds })));
        }, seconds * 1000);
        const done = (end, value) => {
          clearTimeout(late);
          end(value);
        };
        this.worker.onerror = (event) => {
          event.preventDefault();
          done(reject, new Error(event.message || word("cannot")));
        };
        this.worker.onmessage = ({ data }) => (
          data.failure ? done(reject, new Error(data.failure)) : done(resolve, data.result)
        );
        this.worker.postMessage(message);
      });
    }

    close() {
      this.worker?.terminate();
      this.worker = null;
    }
  }

  const machines = new Map();

  function machine(dataset, variant) {
    const name = `${dataset}-${variant}`;
    if (!machines.has(name)) machines.set(name, new Machine(dataset, variant));
    return machines.get(name);
  }

  // ---- Results ----

  function shown(value) {
    if (typeof value !== "number") return String(value);
    if (!Number.isFinite(value) || Math.abs(value) >= 1e15) return String(value);
    return value.toFixed(6).replace(/\.?0+$/, "");
  }

  function cellOf(value, number) {
    const cell = make("td", { className: number ? "number" : "" });
    cell.append(value === null ? make("span", { className: "null", textContent: "NULL" }) : shown(value));
    return cell;
  }

  function tableOf({ columns, rows }) {
    const isNumber = columns.map((name, index) => {
      const values = rows.map((row) => row[index]).filter((value) => value !== null);
      return values.length > 0 && values.every((value) => typeof value !== "string");
    });
    const head = columns.map((name, index) => (
      make("th", { scope: "col", className: isNumber[index] ? "head number" : "head", textContent: name })
    ));
    const lines = rows.slice(0, SHOWN).map((row) => make("tr", {}, ...row.map((value, index) => cellOf(value, isNumber[index]))));
    const table = make("table", { className: "result docutils" }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...lines));
    table.setAttribute("aria-label", word("result"));
    return make("div", { className: "table-wrapper" }, table);
  }

  function show(box, result) {
    box.replaceChildren();
    if (!result.columns) return;
    box.append(tableOf(result));
    const left = result.rows.length - SHOWN;
    if (left > 0) box.append(make("p", { className: "more-rows", textContent: word("more-rows", { n: left }) }));
    window.dispatchEvent(new Event("resize"));
  }

  function summary(result) {
    if (result.problem) return result.problem;
    if (result.error) return word("fails", { error: result.error });
    if (result.truncated) return word("many-rows", { n: result.rows.length });
    return word("rows", { n: result.rows.length });
  }

  // ---- An editor with its buttons, its line of news, and its result ----

  class Editor {
    constructor({ label, text, rows, code, where }) {
      fields += 1;
      this.field = make(code ? "textarea" : "input", { id: `console-${fields}`, spellcheck: false, autocomplete: "off" });
      this.field.autocapitalize = "off";
      if (code) Object.assign(this.field, { rows, className: "code" });
      this.field.value = text;
      this.where = where;
      this.status = make("p", { className: "console-status" });
      this.status.setAttribute("role", "status");
      this.result = make("div", { className: "console-result" });
      this.actions = make("p", { className: "console-actions" });
      const name = make("label", { htmlFor: this.field.id, textContent: label });
      this.box = make("div", { className: "console" }, name, this.field, this.actions, this.status, this.result);
    }

    button(label, work, className = "") {
      const button = make("button", { type: "button", textContent: label, className });
      button.addEventListener("click", work);
      this.actions.append(button, " ");
      return button;
    }

    // Ctrl+Enter in the field does what the first button does.
    first(label, work) {
      this.field.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey || this.field.tagName === "INPUT")) return;
        event.preventDefault();
        work();
      });
      return this.button(label, work, "console-first");
    }

    hint(text) {
      this.actions.append(make("span", { className: "console-hint", textContent: text }));
    }

    say(text, kind = "") {
      this.status.textContent = text;
      this.status.className = `console-status ${kind}`;
    }

    // Says what is going on, does it, and says what went wrong if it did.
    async busy(where, work) {
      this.say(where.worker || !where.size ? word("working") : word("loading", { n: where.size }));
      this.box.setAttribute("aria-busy", "true");
      try {
        await work();
      } catch (error) {
        this.result.replaceChildren();
        this.say(error.message, "is-wrong");
      } finally {
        this.box.removeAttribute("aria-busy");
      }
    }

    run() {
      return this.busy(this.where, async () => {
        const result = await this.where.ask({ kind: "run", text: this.field.value }, RUN_SECONDS);
        show(this.result, result);
        this.say(summary(result), result.columns ? "" : "is-wrong");
      });
    }
  }

  // ---- Queries of a lesson ----

  function offer(box) {
    const listing = box.querySelector("pre");
    const button = make("button", { type: "button", className: "console-open", textContent: word("try") });
    const frame = listing.closest(".literal-block-wrapper, [class*=highlight-]") || listing;
    button.setAttribute("aria-expanded", "false");
    frame.after(make("p", { className: "console-offer" }, button));
    let editor = null;
    button.addEventListener("click", () => {
      editor ||= open(box, listing.textContent.trimEnd(), button);
      editor.box.hidden = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!editor.box.hidden));
      if (!editor.box.hidden) editor.field.focus();
    });
  }

  function open(box, text, button) {
    const { dataset } = box.dataset;
    const rows = Math.min(24, Math.max(3, text.split("\n").length + 1));
    const where = machine(dataset, datasets[dataset].variants[0]);
    const editor = new Editor({ label: word("your-query"), text, rows, code: true, where });
    editor.first(word("run"), () => editor.run());
    editor.button(word("reset"), () => {
      editor.field.value = text;
      editor.result.replaceChildren();
      editor.say("");
      editor.field.focus();
    });
    editor.hint(word("keys"));
    if (!where.worker) editor.say(word("before", { n: where.size }));
    editor.box.hidden = true;
    button.parentElement.after(editor.box);
    return editor;
  }

  document.querySelectorAll(".query[data-dataset]").forEach((box) => {
    if (box.querySelector("pre")) offer(box);
  });

  // ---- Tasks of a lab ----

  class Task {
    constructor(box) {
      const { lab, task, dataset, title } = box.dataset;
      this.names = { lab, task };
      this.variants = dataset ? datasets[dataset].variants : ["all"];
      this.dataset = dataset || "";
      const where = machine(this.dataset, this.variants[0]);
      const label = word("lab-answer", { title });
      this.editor = new Editor({ label, text: "", rows: 6, code: Boolean(dataset), where });
      this.editor.field.dataset.part = `${lab}/${task}`;
      this.editor.first(word("check"), () => this.check());
      if (dataset) this.editor.button(word("run"), () => this.editor.run());
      if (dataset) this.editor.hint(word("keys-check"));
      box.append(this.editor.box);
    }

    async ask(variant, where) {
      const record = await parcel(`lab-${this.names.lab.toLowerCase()}`);
      const message = { kind: "check", lab: record.lab, task: record.tasks[this.names.task], variant, text: this.editor.field.value };
      return where.ask(message, CHECK_SECONDS);
    }

    check() {
      if (!this.editor.field.value.trim()) {
        this.editor.say(word("not-begun"));
        return;
      }
      this.editor.busy(this.editor.where, async () => {
        const result = await this.ask(this.variants[0], this.editor.where);
        show(this.editor.result, result);
        if (result.message) this.wrong(result.message);
        else await this.more(this.variants.slice(1));
      });
    }

    // What is right on the data of the lessons is tried on other data too; where those must be loaded first, on request.
    async more(variants) {
      const [variant, ...rest] = variants;
      if (!variant) {
        this.right();
        return;
      }
      const where = machine(this.dataset, variant);
      if (where.worker) {
        await this.other(variant, where, rest);
        return;
      }
      this.editor.say(`${word("right-here")} `, "is-right");
      const button = make("button", { type: "button", textContent: word("check-other", { n: where.size }) });
      button.addEventListener("click", () => this.editor.busy(where, () => this.other(variant, where, rest)));
      this.editor.status.append(button);
    }

    async other(variant, where, rest) {
      const { error, message } = await this.ask(variant, where);
      if (error) this.wrong(word("fails-other", { error }));
      else if (message) this.wrong(word("by-accident"));
      else await this.more(rest);
    }

    wrong(message) {
      this.editor.say(`${message[0].toUpperCase()}${message.slice(1).replace(/\.$/, "")}.`, "is-wrong");
      this.tell(false);
    }

    right() {
      this.editor.say(word(this.variants.length > 1 ? "right-everywhere" : "right"), "is-right");
      this.tell(true);
    }

    tell(right) {
      const detail = { item: `${this.names.lab}/${this.names.task}`, right };
      this.editor.box.dispatchEvent(new CustomEvent("practice:answered", { bubbles: true, detail }));
    }
  }

  document.querySelectorAll(".lab-task").forEach((box) => new Task(box));
})();
