// The database beside the page: opens what it is sent, runs one query at a time, judges results. The page ends this
// worker when a query takes too long, so nothing here looks at the clock.
"use strict";

(() => {
  let words = {};
  let database = null;

  function bytesOf(base64) {
    return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  }

  async function unpacked(base64) {
    const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  async function open(message) {
    words = message.words;
    if (!message.data) return {};
    const engine = await initSqlJs({ wasmBinary: bytesOf(message.wasm) });
    database = new engine.Database(await unpacked(message.data.base64));
    message.data.indexes.forEach((index) => database.run(index));
    database.run("PRAGMA query_only = ON");
    return {};
  }

  function plain(value) {
    return value instanceof Uint8Array ? `x'${[...value].map((byte) => byte.toString(16).padStart(2, "0")).join("")}'` : value;
  }

  // Returns columns and rows, at most as many as labs compare; a problem of the text, or an error of SQLite.
  function run({ text }) {
    const { sql, problem } = coursepackJudge.queryOf(text, words);
    if (!sql) return { problem: problem || words["no-query"] };
    const statement = { found: null };
    try {
      statement.found = database.prepare(sql);
      const rows = [];
      while (rows.length <= coursepackJudge.MOST_ROWS && statement.found.step()) {
        rows.push(statement.found.get(null, { useBigInt: true }).map(plain));
      }
      const columns = statement.found.getColumnNames();
      return { columns, rows: rows.slice(0, coursepackJudge.MOST_ROWS), truncated: rows.length > coursepackJudge.MOST_ROWS };
    } catch (error) {
      return { error: error.message };
    } finally {
      statement.found?.free();
    }
  }

  async function check({ lab, task, variant, text }) {
    if (task.answer) return { message: await coursepackJudge.judgeAnswer(lab, task, variant, text, words) };
    const result = run({ text });
    if (result.problem) return { ...result, message: result.problem };
    return { ...result, message: await coursepackJudge.judgeQuery(lab, task, variant, result, words) };
  }

  const work = { open, run, check };

  self.onmessage = async ({ data }) => {
    try {
      self.postMessage({ result: await work[data.kind](data) });
    } catch (error) {
      self.postMessage({ failure: String(error?.message || error) });
    }
  };
})();
