// Search: every word must be in a section; endings may differ, and marks do not count.
"use strict";
{
  const one = (selector) => document.querySelector(selector);
  const page = document.documentElement;
  const say = document.body.dataset;
  const LETTERS = { "\u0629": "\u0647", "\u0649": "\u064a", "\u0142": "l", "\u00f8": "o", "\u00e6": "ae",
    "\u0153": "oe", "\u00df": "ss", "\u0111": "d", "\u2019": "'", "\u02bc": "'" };
  const fold = (text) =>
    text.normalize("NFKD").toLowerCase()
      .replace(/[\u0300-\u036f\u0640\u064b-\u065f\u0670]/g, "")
      .replace(/[\u0629\u0649\u0142\u00f8\u00e6\u0153\u00df\u0111\u2019\u02bc]/g, (one) => LETTERS[one])
      .replace(/[\u0660-\u0669]/g, (digit) => digit.charCodeAt(0) - 0x660);
  const ELISION = /^(?:[ldjmnstc]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=.)/;
  const terms = (text) => {
    const bare = text.replace(/[\u2019\u02bc]/g, "'");
    if (!window.Intl || !Intl.Segmenter) return bare.match(/[\p{L}\p{N}_']+/gu) || [];
    const words = new Intl.Segmenter(page.lang, { granularity: "word" }).segment(bare);
    return [...words].filter((word) => word.isWordLike).map((word) => word.segment);
  };
  const forms = (term) => {
    const word = term.replace(ELISION, "");
    const bare = word.replace(/^[\u0648\u0641]?(?:[\u0628\u0643]?\u0627\u0644|\u0644\u0644)(?=...)/, "");
    const made = [word, bare];
    const least = Math.max(4, Math.ceil(bare.length * 0.6));
    if (/^[a-z]{3}s$/.test(bare)) made.push(bare.slice(0, 3)); // RNNs
    if (/^[\p{Script=Latin}\p{Script=Arabic}]+$/u.test(bare)) {
      for (let end = bare.length - 1; end >= least; end--) made.push(bare.slice(0, end));
    }
    return made.map((form) => // a letter alone is a word, and no part of one
      (/^[\p{Script=Latin}\p{Script=Arabic}]$/u.test(form)
        ? new RegExp(`(?<![\\p{L}\\p{N}_])${form}(?![\\p{L}\\p{N}_])`, "u") : form));
  };
  const place = (text, form) => (typeof form === "string" ? text.indexOf(form) : text.search(form));
  const weigh = (entry, wordForms) => {
    let sum = 0;
    for (const words of wordForms) {
      const at = words.findIndex((word) => place(entry.all, word) >= 0);
      if (at < 0) return 0;
      const found = place(entry.head, words[at]) >= 0 ? 5 : place(entry.text, words[at]) >= 0 ? 1 : 0.5;
      sum += found / (1 + at);
    }
    return sum;
  };

  // A text folded, with the letter of the text that each of its characters comes from.
  const traced = (text) => {
    const letters = [...text];
    const starts = [];
    let folded = "";
    for (const [at, letter] of letters.entries()) {
      for (const mark of fold(letter)) { starts.push(at); folded += mark; }
    }
    return { letters, starts, folded };
  };
  const excerpt = (text, words) => {
    const { letters, starts, folded } = traced(text);
    const hits = words.map((word) => place(folded, word)).filter((at) => at >= 0);
    let from = hits.length ? Math.max(0, starts[Math.min(...hits)] - 60) : 0;
    const blank = letters.indexOf(" ", from); // begin with a whole word, where there are blanks
    if (from && blank >= 0 && blank < from + 20) from = blank + 1;
    let cut = letters.slice(from, from + 200).join("");
    if (from + 200 < letters.length) cut = cut.replace(/\s\S{1,20}$/, " ");
    return (from ? "…" : "") + cut + (from + 200 < letters.length ? "…" : "");
  };

  // Of each word, the first of its forms that a text has is marked, up to the end of the word.
  const LETTER = /[\p{Script=Latin}\p{Script=Arabic}\p{M}]/u;
  const marked = (element, text, wordForms) => {
    const { letters, starts, folded } = traced(text);
    const hit = new Set();
    for (const words of wordForms) {
      const form = words.find((word) => place(folded, word) >= 0);
      if (form === undefined) continue;
      const pattern = typeof form === "string" ? form.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&") : form.source;
      for (const { 0: found, index } of folded.matchAll(new RegExp(pattern, "gu"))) {
        const last = index + found.length - 1;
        let end = starts[last];
        const whole = typeof form === "string" && LETTER.test(letters[end]);
        while (whole && end + 1 < letters.length && LETTER.test(letters[end + 1])) end++;
        for (let at = starts[index]; at <= end; at++) hit.add(at);
      }
    }
    let run = "";
    letters.forEach((letter, at) => {
      run += letter;
      if (at + 1 < letters.length && hit.has(at) === hit.has(at + 1)) return;
      const part = document.createElement("mark");
      part.textContent = run;
      element.append(hit.has(at) ? part : run);
      run = "";
    });
    return element;
  };

  const entries = JSON.parse(one("[data-search=index]").textContent).map(
    ([name, lesson, label, anchor, heading, whole, code]) =>
      ({ name, lesson, label, anchor, heading, whole, code, head: fold(heading), text: fold(whole) }));
  for (const entry of entries) entry.all = [entry.head, entry.text, fold(entry.code)].join("\n");
  let framework = null;
  try { framework = localStorage.getItem("course-framework"); } catch { /* no local storage */ }
  const find = (wordForms) => {
    const seen = new Set();
    return (wordForms.length ? entries : [])
      .map((entry) => ({ entry, weight: weigh(entry, wordForms) }))
      .filter((hit) => hit.weight > 0)
      .sort((a, b) => b.weight - a.weight
        || b.entry.name.endsWith(`-${framework}`) - a.entry.name.endsWith(`-${framework}`))
      .filter(({ entry }) => {
        const key = `${entry.lesson} ${entry.anchor}`; // in another framework, the same section
        return !seen.has(key) && seen.add(key);
      })
      .map(({ entry }) => entry);
  };
  const make = (tag, more = {}) => Object.assign(document.createElement(tag), more);
  const itemOf = (entry, wordForms) => {
    const item = make("li");
    const link = make("a", { href: `${entry.name}.html#${entry.anchor}` });
    const where = make("span", { className: "where", textContent: ` ${entry.label}` });
    const text = make("p");
    item.append(marked(link, entry.heading, wordForms), where,
      marked(text, excerpt(entry.whole, wordForms.flat()), wordForms));
    const names = entry.code.split(" ").filter((name) =>
      wordForms.some((words) => words.slice(0, 2).some((word) => place(fold(name), word) >= 0)));
    if (entry.code && names.length) {
      const code = make("p", { lang: "en" });
      for (const name of names.slice(0, 5)) code.append(marked(make("code"), name, wordForms), " ");
      item.append(code);
    }
    return item;
  };

  const field = one("main input[name=q]");
  const show = (asked) => {
    const wordForms = terms(asked).map((word) => forms(fold(word)));
    const found = find(wordForms);
    one("[data-search=count]").textContent = !asked.trim() ? "" : found.length
      ? say.results.replace("{count}", found.length) : say.nothing;
    one("[data-search=results]").replaceChildren(
      ...found.slice(0, 50).map((entry) => itemOf(entry, wordForms)));
    for (const link of document.querySelectorAll("a[data-language]")) {
      link.search = asked && `?q=${encodeURIComponent(asked)}`;
    }
  };
  // As one types, but not within a word that an input method still composes. The address follows,
  // so that one comes back to the results.
  let waiting;
  const typed = () => {
    show(field.value);
    const query = field.value && `?q=${encodeURIComponent(field.value)}`;
    try { history.replaceState(null, "", location.pathname + query); } catch { /* a file */ }
  };
  const soon = (event) => {
    clearTimeout(waiting);
    if (!event.isComposing) waiting = setTimeout(typed, 120);
  };
  field.addEventListener("input", soon);
  field.addEventListener("compositionend", soon);
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    typed();
  });
  field.value = new URLSearchParams(location.search).get("q") || "";
  if (field.value) show(field.value);
  else field.focus();
}
