// Judges what a learner's query or answer gives against the digests of a lab, as builders/labs does: the same numbers,
// texts and hashes (digests.py), the same sentences (judging.py, answers.py, submission.py). A test runs both on the
// same cases. Whole numbers come as BigInt, numbers with decimals as Number, as SQLite tells them apart.
"use strict";

const coursepackJudge = (() => {
  const GREATEST = 1e150;
  const NOISE = 1e-6;
  const CELL = 2.25;
  const MOVES = 16;
  const COST = 2 ** 14;
  const EXPLORED = 6;
  const COARSE = 16;
  const MOST_ASKED = 200;
  const MOST_ROWS = 10000;
  const LONGEST = 200;

  // ---- Texts, as Python writes them ----

  function escaped(text) {
    return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
  }

  function roundEven(number) {
    const floor = Math.floor(number);
    const over = number - floor;
    return over < 0.5 || (over === 0.5 && floor % 2 === 0) ? floor : floor + 1;
  }

  function whole(number) {
    return BigInt(roundEven(number)).toString();
  }

  function floatText(number) {
    if (!Number.isFinite(number)) return Number.isNaN(number) ? "nan" : number < 0 ? "-inf" : "inf";
    const [digits, power] = number.toExponential().split("e");
    if (Number(power) >= 16 || Number(power) < -4) {
      return `${digits}e${power[0]}${power.slice(1).padStart(2, "0")}`;
    }
    return Number.isInteger(number) ? `${BigInt(number)}.0` : String(number).includes("e") ? small(digits, Number(power)) : String(number);
  }

  function small(digits, power) {
    const sign = digits.startsWith("-") ? "-" : "";
    return `${sign}0.${"0".repeat(-power - 1)}${digits.replace(/[-.]/g, "")}`;
  }

  function shown(value) {
    if (value === null) return "NULL";
    if (typeof value === "number") return floatText(value);
    if (typeof value === "bigint") return String(value);
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const text = value.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t");
    return quote + (quote === "'" ? text.replace(/'/g, "\\'") : text) + quote;
  }

  function cut(text) {
    const signs = [...text];
    return signs.length <= LONGEST ? text : `${signs.slice(0, LONGEST - 1).join("")}…`;
  }

  function joined(...parts) {
    return parts.filter(Boolean).map((part) => part.replace(/\.+$/, "")).join("; ");
  }

  // ---- Digests ----

  const isNumber = (leaf) => typeof leaf === "bigint" || (typeof leaf === "number" && Math.abs(leaf) < GREATEST);
  const isFloat = (leaf) => typeof leaf === "number" && Number.isFinite(leaf);

  function exact(leaf) {
    if (typeof leaf === "bigint") return String(leaf);
    if (isFloat(leaf)) {
      const near = roundEven(leaf);
      return Math.abs(leaf - near) <= 1e-9 * Math.max(1, Math.abs(leaf)) ? whole(near) : floatText(leaf);
    }
    return typeof leaf === "string" ? escaped(leaf) : String(leaf);
  }

  const numbers = (text) => (text ? text.split(" ").map(Number) : []);

  function digestOf(data) {
    return { moves: "", order: null, bits: 0, ...data, floats: numbers(data.floats), short: numbers(data.short) };
  }

  const at = (entry, floats) => floats.filter((index) => index < entry.leaves.length);

  function sortKey(entry, floats) {
    return {
      shape: entry.shape,
      exact: entry.leaves.filter((leaf, index) => !floats.includes(index)).map(exact),
      ranks: at(entry, floats).map((index) => (isNumber(entry.leaves[index]) ? [1, Number(entry.leaves[index])] : [0, 0])),
    };
  }

  const order = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

  function orderLists(one, other, compare) {
    const length = Math.min(one.length, other.length);
    for (let index = 0; index < length; index += 1) {
      const found = compare(one[index], other[index]);
      if (found) return found;
    }
    return one.length - other.length;
  }

  function orderKeys(one, other) {
    return order(one.shape, other.shape) || orderLists(one.exact, other.exact, order)
      || orderLists(one.ranks, other.ranks, (a, b) => orderLists(a, b, order));
  }

  function cell(leaf, move, margin) {
    if (move === "-" || !isNumber(leaf)) return exact(leaf);
    const offset = (parseInt(move, 16) + 0.5) / MOVES - 0.5;
    return `~${whole(Number(leaf) / (CELL * margin) - offset)}`;
  }

  function snapped(entries, digest, settings) {
    const keys = entries.map((entry) => sortKey(entry, digest.floats));
    const places = entries.map((entry, place) => place).sort((a, b) => orderKeys(keys[a], keys[b]));
    const texts = [];
    let move = 0;
    places.forEach((place) => {
      const entry = entries[place];
      const leaves = entry.leaves.map(exact);
      at(entry, digest.floats).forEach((index) => {
        leaves[index] = cell(entry.leaves[index], digest.moves[move] ?? "-", settings.margin);
        move += 1;
      });
      texts[place] = `[${escaped(entry.shape)}, [${leaves.map(escaped).join(", ")}]]`;
    });
    return texts;
  }

  const hashes = new Map();

  async function slow(texts, settings, use = "") {
    const salt = `${settings.salt}/${use}`;
    const name = `${salt}\n${texts.join("\n")}`;
    if (!hashes.has(name)) {
      hashes.set(name, await hashwasm.scrypt({
        password: texts.join("\n"), salt, costFactor: COST, blockSize: 8, parallelism: 1, hashLength: 12, outputType: "hex",
      }));
    }
    return hashes.get(name);
  }

  async function isSame(entries, digest, settings) {
    if (entries.length !== digest.entries) return false;
    return (await slow(snapped(entries, digest, settings).sort(), settings)) === digest.hash;
  }

  async function inOrder(entries, digest, settings) {
    return !digest.order || (await slow(snapped(entries, digest, settings), settings, "order")) === digest.order;
  }

  // ---- Entries that do not belong ----

  function ownCells(entry, floats, margin) {
    const found = new Map();
    at(entry, floats).forEach((index, rank) => {
      const leaf = entry.leaves[index];
      if (isNumber(leaf)) found.set(index, rank < EXPLORED ? whole(Number(leaf) / (COARSE * margin)) : "0");
    });
    return found;
  }

  function shifted(entry, floats, by) {
    const leaves = entry.leaves.map((leaf, index) => (floats.includes(index) && isNumber(leaf) ? Number(leaf) + by : leaf));
    return { shape: entry.shape, leaves };
  }

  function products(choices) {
    return choices.reduce((lists, choice) => lists.flatMap((list) => choice.map((entry) => [...list, entry])), [[]]);
  }

  async function candidates(entry, digest, settings, hasher) {
    const [lower, upper] = [-1, 1].map((side) => (
      ownCells(shifted(entry, digest.floats, side * settings.margin), digest.floats, settings.margin)
    ));
    const places = [...lower.keys()];
    const choices = places.map((index) => [...new Set([lower.get(index), upper.get(index)])]);
    const codes = products(choices).map((cells) => {
      const own = new Map(places.map((index, rank) => [index, cells[rank]]));
      const leaves = entry.leaves.map((leaf, index) => (own.has(index) ? `~${own.get(index)}` : exact(leaf)));
      const text = `[${escaped(settings.salt)}, ${escaped(entry.shape)}, [${leaves.map(escaped).join(", ")}]]`;
      return parseInt(hasher.init().update(text).digest("hex"), 16) >>> (32 - digest.bits);
    });
    return [...new Set(codes)].sort((a, b) => a - b);
  }

  async function strangers(entries, digest, settings) {
    if (!digest.bits) return [];
    const hasher = await hashwasm.createBLAKE2b(32);
    const choices = [];
    for (const entry of entries) choices.push(await candidates(entry, digest, settings, hasher));
    const room = new Map();
    digest.short.forEach((code) => room.set(code, (room.get(code) || 0) + 1));
    const holders = new Map();
    return entries.map((entry, place) => place).filter((place) => !takes(place, choices, room, holders, new Set()));
  }

  function takes(place, choices, room, holders, asked) {
    const held = (code) => holders.get(code) || holders.set(code, []).get(code);
    const open = choices[place].find((code) => held(code).length < (room.get(code) || 0));
    if (open !== undefined) {
      held(open).push(place);
      return true;
    }
    for (const code of choices[place]) {
      if (asked.has(code) || asked.size >= MOST_ASKED) continue;
      asked.add(code);
      for (const other of [...held(code)]) {
        if (takes(other, choices, room, holders, asked)) {
          held(code).splice(held(code).indexOf(other), 1, place);
          return true;
        }
      }
    }
    return false;
  }

  // ---- Judging ----

  function speaker(entries) {
    return (key, values = {}) => {
      const entry = entries[key];
      const text = typeof entry === "string" ? entry : entry[Number(values.n) === 1 ? "one" : "other"];
      return text.replace(/\{(\w+)(?::g)?\}/g, (mark, name) => values[name]);
    };
  }

  function settingsOf(lab, task, variant) {
    return { salt: `${lab}/${task.id}/${variant}`, margin: task.tolerance || NOISE };
  }

  async function isRight(entries, key, settings) {
    for (const other of key.accept || []) {
      if (await isSame(entries, digestOf(other), settings)) return true;
    }
    const digest = digestOf(key.result);
    return await isSame(entries, digest, settings) && await inOrder(entries, digest, settings);
  }

  async function feedback(entries, key, settings) {
    for (const wrong of key.wrong || []) {
      const digest = digestOf(wrong);
      if (await isSame(entries, digest, settings) && await inOrder(entries, digest, settings)) return wrong.feedback;
    }
    return null;
  }

  const shapeOf = (length) => `[${Array(length).fill(".").join(",")}]`;

  async function judgeQuery(lab, task, variant, result, entries) {
    const words = speaker(entries);
    const key = task.keys[variant];
    if (result.error) return words("sql-fails", { error: result.error });
    const settings = settingsOf(lab, task, variant);
    const rows = result.rows.map((row) => ({ shape: shapeOf(row.length), leaves: row }));
    const known = await feedback(rows, key, settings);
    if (result.columns.length !== task.columns.length) {
      const values = { n: result.columns.length, expected: task.columns.length, columns: task.columns.join(", ") };
      return joined(words("wrong-columns", values), known);
    }
    if (result.truncated) return words("too-many-rows", { n: MOST_ROWS });
    if (await isRight(rows, key, settings)) return null;
    const digest = digestOf(key.result);
    if (await isSame(rows, digest, settings)) return words("order");
    const single = rows.length === 1 && digest.entries === 1;
    const extra = single ? [0] : await strangers(rows, digest, settings);
    return joined(counted(rows.length, extra.length, digest.entries, words), stranger(result.rows, extra, words), known);
  }

  function counted(rows, extra, expected, words) {
    if (!rows) return words("no-rows", { expected });
    if (rows === expected) return extra ? words("values", { n: extra }) : words("some-value");
    const count = words("row-count", { n: rows, expected });
    return extra || rows > expected ? count : joined(count, words("missing", { n: expected - rows }));
  }

  function stranger(rows, extra, words) {
    if (!extra.length) return null;
    return words("stranger", { row: extra[0] + 1, shown: cut(`(${rows[extra[0]].map(shown).join(", ")})`) });
  }

  async function judgeAnswer(lab, task, variant, text, entries) {
    const words = speaker(entries);
    const { value, error } = normalised(text, task, words);
    if (error) return error;
    const leaves = task.answer === "list" ? value : [value];
    const found = leaves.map((leaf) => ({ shape: ".", leaves: [leaf] }));
    const settings = settingsOf(lab, task, variant);
    if (await isRight(found, task.keys[variant], settings)) return null;
    const known = await feedback(found, task.keys[variant], settings);
    return joined(words("wrong-answer", { shown: answerShown(value, words) }), known);
  }

  function answerShown(value, words) {
    if (typeof value === "boolean") return words(value ? "yes" : "no");
    if (typeof value === "number") return Number.isInteger(value) ? whole(value) : floatText(value);
    return cut(Array.isArray(value) ? value.join(", ") : value);
  }

  // ---- Short answers ----

  const QUOTES = "\"'`‘’“”„«»";
  const DASHES = /[‐‑‒–—−]/g;

  function stripped(text, signs) {
    const kept = [...text];
    while (kept.length && signs.includes(kept[0])) kept.shift();
    while (kept.length && signs.includes(kept[kept.length - 1])) kept.pop();
    return kept.join("");
  }

  function plain(text) {
    const folded = text.normalize("NFKC").replace(DASHES, "-").toLowerCase().replace(/ß/g, "ss");
    const bare = stripped(folded.trim().split(/\s+/).join(" "), `${QUOTES} `);
    const dotless = bare.replace(/\.+$/, "");
    return dotless ? stripped(dotless, `${QUOTES} `) : bare;
  }

  function normalised(text, task, words) {
    if (task.answer === "number") return number(text, words);
    if (task.answer === "yes-no") return yesNo(text, words);
    if (task.answer !== "list") return choice(text, task.choices, words);
    const parts = stripped(text, "[](){} ").split(/[;,\n]|\s(?:and|und)\s/).filter((part) => part.trim());
    const found = parts.map((part) => choice(part, task.choices, words));
    const wrong = found.find((part) => part.error);
    return wrong || { value: [...new Set(found.map((part) => part.value))].sort() };
  }

  function choice(text, choices, words) {
    const value = plain(text);
    if (!choices.length || choices.map(plain).includes(value)) return { value };
    return { error: words("no-choice", { text: text.trim(), choices: choices.join(", ") }) };
  }

  function yesNo(text, words) {
    const [yes, no] = [plain(words("yes")), plain(words("no"))];
    const found = plain(text).split(",")[0].split(" ")[0];
    if (["yes", "y", "true", yes, yes[0]].includes(found)) return { value: true };
    if (["no", "n", "false", no, no[0]].includes(found)) return { value: false };
    return { error: words("not-yes-no", { text: text.trim() }) };
  }

  function number(text, words) {
    const bare = stripped(text.replace(DASHES, "-").normalize("NFKC").trim().split(/\s+/).join(" "), QUOTES);
    const match = /^[^\d\-+]{0,4}([-+]?\d[\d.,'\s_]*(?:[eE][-+]?\d+)?)\s*[^\d]{0,24}$/.exec(bare);
    const digits = match ? match[1].replace(/[\s'_]/g, "") : "";
    const value = digits ? Number(withPoint(digits, words("decimal-sign"))) : NaN;
    return Number.isFinite(value) ? { value } : { error: words("not-a-number", { text: cut(text.trim()).slice(0, 80) }) };
  }

  function withPoint(digits, usual) {
    const marks = digits.match(/[.,]/g) || [];
    let decimal = usual;
    if (new Set(marks).size === 2) decimal = marks[marks.length - 1];
    else if (marks.length === 1 && !/^[-+]?\d{1,3}[.,]\d{3}$/.test(digits)) decimal = marks[0];
    else if (marks.length > 1) decimal = marks[0] === "." ? "," : ".";
    const other = decimal === "." ? "," : ".";
    return digits.replaceAll(other, "").replaceAll(decimal, ".");
  }

  // ---- Reading SQL ----

  const TOKEN = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|;|[\s\S]/g;
  const TYPOGRAPHIC = /[‘’‚“”„«»]/;
  const SELECTING = ["select", "with", "values"];

  function statements(body) {
    const found = [];
    let code = "";
    let text = "";
    [...(body.match(TOKEN) || []), ";"].forEach((piece) => {
      if (piece !== ";") {
        text += piece;
        code += /^(--|\/\*)/.test(piece) ? " " : "'\"`[".includes(piece[0]) ? "''" : piece;
        return;
      }
      if (code.trim()) found.push({ code, text: text.trim() });
      code = "";
      text = "";
    });
    return found;
  }

  // Returns the last SELECT of a text, or why it cannot be used; neither where nothing is there.
  function queryOf(body, entries) {
    const words = speaker(entries);
    const found = statements(body.replace(/\u00a0/g, " "));
    for (const { code } of found) {
      const sign = TYPOGRAPHIC.exec(code);
      if (sign) return { problem: words("typographic", { sign: sign[0] }) };
      const first = (/^[\s(]*([A-Za-z]+)/.exec(code) || ["", ""])[1].toLowerCase();
      const word = first.toUpperCase() || code.trim().slice(0, 20);
      if (!SELECTING.includes(first)) return { problem: words("only-select", { word }) };
    }
    return found.length ? { sql: found[found.length - 1].text } : {};
  }

  return { judgeQuery, judgeAnswer, queryOf, speaker, MOST_ROWS };
})();
