// The strings of the extension, in the languages that lessons are translated into.
//
// The server sends the strings of each locale: the table `lab` of strings.toml, and the website's
// names of the states of a cell. Names in braces are placeholders of numbers or ids.

export const LONGEST = 140; // characters of a notification, which JupyterLab cuts off there

let locales = {};
let source = "";
const made = new Map();

/** Store the strings from the server: strings and direction by locale, and the source's id. */
export function setWords(sent) {
  ({ locales, source } = sent);
  made.clear();
}

/** Return the interface of a locale: strings, and functions for those with placeholders. */
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
    errors: fill("errors", "n"),
    warnings: fill("warnings", "n"),
    ask_accept: fill("ask_accept", "n"),
    told_more: fill("told_more", "n"),
    drafts: fill("drafts", "n"),
    cell: fill("cell", "id"),
    part: fill("part", "n", "all"),
    progress: fill("progress", "done", "all"),
    counter: fill("counter", "left", "drafts", "findings"),
  };
}
