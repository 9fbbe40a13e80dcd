// Turns dump.mjs's answer into src/onigmo/unicode/tables.bin:
//
//     node generate.mjs unicode.json ../../src/onigmo/unicode/tables.bin
//
// Numbers are LEB128. The file holds, one after another:
// - sets: their count, then each as XOR of earlier sets (count, indices) with its own toggle points
//   (count, then each as the distance from the one before);
// - the 14 POSIX brackets' set indices, in the order of CType;
// - names: their count, then each as length, bytes, set index, sorted;
// - foldings to one character: count of runs, then each as gap from the last run's end, length, step,
//   zigzag distance to the folded character;
// - foldings to several: count, then each as gap, count, characters.
import fs from "node:fs";

const [, , input, output] = process.argv;
const { properties, brackets, folds } = JSON.parse(fs.readFileSync(input, "utf8"));

const toggles = (text) => {
  const numbers = text === "" ? [] : text.split(" ").map(Number);
  return numbers.map((n, i) => (i % 2 ? n + 1 : n));
};
const xor = (a, b) => {
  const out = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (j >= b.length || a[i] < b[j]) out.push(a[i++]);
    else if (i >= a.length || b[j] < a[i]) out.push(b[j++]);
    else {
      i++;
      j++;
    }
  }
  return out;
};

// \p{ASCII} folds otherwise than a block of the same range, so it is a set of its own.
const keyed = (name, text) => (name === "ascii" ? `ascii ${text}` : text);
const wanted = new Map();
for (const [name, text] of [...Object.entries(properties), ...Object.entries(brackets)]) {
  wanted.set(keyed(name, text), toggles(text));
}
const sets = [...wanted].sort((a, b) => a[1].length - b[1].length);
const index = new Map(sets.map(([key], i) => [key, i]));

const bytes = [];
const number = (n) => {
  while (n > 127) {
    bytes.push((n & 127) | 128);
    n >>>= 7;
  }
  bytes.push(n);
};
number(sets.length);
sets.forEach(([, points], at) => {
  const bases = [];
  let rest = points;
  for (let round = 0; round < 12 && rest.length > 2; round++) {
    let best = rest.length - 2;
    let found = -1;
    for (let i = 0; i < at; i++) {
      if (Math.abs(sets[i][1].length - rest.length) > rest.length) continue;
      const left = xor(rest, sets[i][1]).length;
      if (left < best) {
        best = left;
        found = i;
      }
    }
    if (found < 0) break;
    bases.push(found);
    rest = xor(rest, sets[found][1]);
  }
  number(bases.length);
  bases.forEach(number);
  number(rest.length);
  let last = 0;
  for (const point of rest) {
    number(point - last);
    last = point;
  }
});
for (const [name, text] of Object.entries(brackets)) number(index.get(keyed(name, text)));
const names = Object.keys(properties).sort();
number(names.length);
for (const name of names) {
  number(name.length);
  bytes.push(...Buffer.from(name));
  number(index.get(keyed(name, properties[name])));
}

const one = [];
const several = [];
for (const [from, ...to] of folds.map((line) => line.split(" ").map(Number))) {
  if (to.length > 1) several.push([from, to]);
  else one.push([from, to[0] - from]);
}
const runs = [];
for (const [from, distance] of one) {
  const run = runs.at(-1);
  const step = run && (run.length === 1 ? from - run.last : run.step);
  if (run && run.distance === distance && (step === 1 || step === 2) && from === run.last + step) {
    Object.assign(run, { last: from, length: run.length + 1, step });
  } else runs.push({ first: from, last: from, length: 1, step: 1, distance });
}
number(runs.length);
let end = 0;
for (const { first, last, length, step, distance } of runs) {
  number(first - end);
  number(length);
  number(step);
  number(distance < 0 ? -distance * 2 - 1 : distance * 2);
  end = last + 1;
}
number(several.length);
end = 0;
for (const [from, to] of several) {
  number(from - end);
  number(to.length);
  to.forEach(number);
  end = from + 1;
}
fs.writeFileSync(output, Buffer.from(bytes));
console.error(`${sets.length} sets, ${names.length} names, ${runs.length}+${several.length} folds: ${bytes.length} bytes`);
