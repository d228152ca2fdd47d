// What the extension says, in the languages that lessons are translated into.
//
// The server sends the words of each locale, those of the table `lab` in strings.toml; the words for
// the states of a cell are the website's. Names in braces stand for numbers or ids.

let locales = {};
let source = "";
const made = new Map();

/** Take the words that the server has sent: texts and direction by locale, and the source's id. */
export function setWords(sent) {
  ({ locales, source } = sent);
  made.clear();
}

/** Return what is said to those who translate into a locale: texts, and functions for the others. */
export function words(locale = source) {
  if (!made.has(locale)) made.set(locale, compile(locale in locales ? locale : source));
  return made.get(locale);
}

function compile(id) {
  const { direction, words: texts } = locales[id];
  const fill = (key, ...names) => (...values) =>
    names.reduce((text, name, at) => text.replace(`{${name}}`, values[at]), texts[key]);
  const start = (prefix) => Object.fromEntries(Object.keys(texts)
    .filter((key) => key.startsWith(prefix)).map((key) => [key.slice(prefix.length), texts[key]]));
  return {
    ...texts,
    id,
    direction,
    hints: start("hint_"),
    commands: start("do_"),
    findings_of: fill("findings_of", "id"),
    count: fill("count", "n"),
    cell: fill("cell", "id"),
    part: fill("part", "n", "all"),
    progress: fill("progress", "done", "all"),
    counter: fill("counter", "left", "findings"),
  };
}
