// Compares digests of the engine in WebAssembly with the host's: `node wasm.mjs margin_program.wasm digests`,
// where `digests` holds what the example of that name printed.

import { readFileSync } from "node:fs";

const [module, digests] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(module), {});
// A u64 comes back as a signed BigInt.
const answer = (request) => BigInt.asUintN(64, instance.exports.answer(...request));

const lines = readFileSync(digests, "utf8").trim().split("\n").map((line) => line.split(" "));
const differ = lines.filter((line) => {
  const request = [...line.slice(0, 6).map(Number), BigInt(line[6])];
  const digest = BigInt(line[7]);
  // The book of the next seed is another one, and must not be taken for this one.
  const next = [...request.slice(0, 6), request[6] + 1n];
  return answer(request) !== digest || answer(next) === digest;
});
const all = new Set(lines.map((line) => line[7]));
if (lines.length < 1000 || all.size !== lines.length || differ.length > 0) {
  console.error(`${differ.length} of ${lines.length} requests differ, first: ${differ[0]?.join(" ")}`);
  process.exit(1);
}
console.log(`${lines.length} books: the same bits in WebAssembly and on the host`);
