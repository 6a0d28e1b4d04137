// Runs the judge of the site as a program: reads cases as JSON, writes what it says to each. Whole numbers of results
// come as {"int": "3"}, since JSON does not tell them from others.
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

const { sources, words, cases } = JSON.parse(readFileSync(0, "utf-8"), (key, value) => (
  value?.int === undefined ? value : BigInt(value.int)
));
sources.forEach((source) => runInThisContext(readFileSync(source, "utf-8")));
const judge = runInThisContext("coursepackJudge");

const work = {
  query: ({ lab, task, variant, result }) => judge.judgeQuery(lab, task, variant, result, words),
  answer: ({ lab, task, variant, text }) => judge.judgeAnswer(lab, task, variant, text, words),
  read: ({ text }) => judge.queryOf(text, words),
};
const said = [];
for (const entry of cases) said.push(await work[entry.kind](entry));
process.stdout.write(JSON.stringify(said));
