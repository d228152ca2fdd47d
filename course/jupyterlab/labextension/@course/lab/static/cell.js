// The additions to a cell: a bar with its status, the English beside it, findings below it.
//
// It lives in the header and the footer that JupyterLab gives each cell, so it comes and goes with
// the cell. Only changed parts are drawn again.

import { setLanguage } from "./look.js";

const SHOWN = 4; // findings of a cell that are not folded
const VALUES = 8; // of one finding
const drawn = new WeakMap(); // cell → what was drawn, as text

// Paths on a field of 16 by 16: a circle, a clock, a cog, a tick, two ticks, a lock, a pin.
const ICONS = {
  missing: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11z",
  stale: "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12zM8 4.5V8l2.5 2",
  machine: "M3 6h10v7H3zM8 6V3M6.5 3h3M6 9v1M10 9v1",
  translated: "M3 8.5l3.5 3.5L13 4.5",
  reviewed: "M1 8.5L4.5 12 10 4.5M8 11l1 1 6-7.5",
  lock: "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  note: "M4 2.5h8v7L8.5 13.5H4zM12 9.5H8.5v4",
  error: "M8 2.5L14.5 13.5h-13zM8 6.5v3.5M8 11.5v.7",
  warning: "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12zM8 4.8v4M8 10.5v.7",
};

/** Return an element; `children` are elements and strings, empty ones are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

/** Return an icon that is hidden from screen readers, as text stands beside it. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS(svg.namespaceURI, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "course-icon");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Return a message of the server, in English where the interface has no words for it. */
export function message({ text, lang }) {
  return make("span", lang ? { lang, dir: "auto" } : {}, text);
}

/** Return the remedy of a finding: in the lab where possible, or that of `course check`. */
function remedy(words, one) {
  if (["missing", "not-yet"].includes(one.code)) return words.hints.missing;
  if (one.code === "stale") return `${words.accept}: ${words.accept_hint}`;
  return one.remedy.text && message(one.remedy);
}

/** Return how many findings of a severity there are. */
export function countOf(findings, severity) {
  return findings.reduce((sum, one) => sum + (one.severity === severity ? one.count : 0), 0);
}

/** Return in words how many problems and warnings there are. */
export function tally(words, findings) {
  const [errors, warnings] = ["error", "warning"].map((severity) => countOf(findings, severity));
  return [errors && words.errors(errors), warnings && words.warnings(warnings)].filter(Boolean).join(" · ");
}

/**
 * Return the findings of a cell or file as one group, folded where it is long; nothing if there are
 * none. Findings that differ only in the value seen are one item.
 */
export function findingsGroup(words, name, findings) {
  if (!findings.length) return null;
  const worst = findings.some((one) => one.severity === "error") ? "error" : "warning";
  const head = make("summary", {}, icon(worst), make("b", {}, tally(words, findings)), " ",
    name && make("code", { dir: "ltr" }, name));
  const box = make("details", { class: `course-findings course-${worst}`, onkeydown: keepKeys,
    "aria-label": name ? words.findings_of(name) : words.file_findings }, head, make("ul", {}, ...findings.map((one) => item(words, one))));
  box.open = findings.length <= SHOWN;
  return box;
}

function item(words, one) {
  const values = one.values.slice(0, VALUES).map((value) =>
    make("code", { dir: "auto", lang: "" }, value));
  const more = one.values.length - values.length;
  return make("li", { class: `course-${one.severity}`, title: one.code },
    icon(one.severity), make("div", {}, message(one.message),
      values.length && ": ", ...values.flatMap((value, at) => (at ? [" ", value] : [value])),
      more > 0 && ` +${more}`, " ",
      make("span", { class: "course-remedy" }, make("b", {}, words.remedy), " ", remedy(words, one))));
}

/** Draw the additions to a cell; `what` has the cell and its report. */
export function drawCell(view, cell, what) {
  const { words } = view;
  const key = JSON.stringify([what, words.id]);
  if (drawn.get(cell) === key) return;
  drawn.set(cell, key);
  const [header] = cell.node.getElementsByClassName("jp-CellHeader");
  const [footer] = cell.node.getElementsByClassName("jp-CellFooter");
  if (!header || !footer) return;
  const kept = document.activeElement?.closest?.(".course-bar button")?.dataset.act;
  const focused = kept && header.contains(document.activeElement) ? kept : "";
  const prose = !!what.name && !what.locked;
  header.replaceChildren();
  footer.replaceChildren();
  const beside = prose && what.info && what.open && what.first;
  cell.toggleClass("course-prose", prose || what.note);
  cell.toggleClass("course-beside", !!beside);
  cell.toggleClass("course-note", what.note);
  cell.node.dataset.course = what.note ? "note" : what.name;
  if (prose && what.locale) setLanguage(cell, what.locale.id, what.locale.direction);
  if (what.note) header.append(noteBar(words));
  else if (what.locked && cell.model.type === "code") header.append(lock(words));
  else if (prose && what.info) {
    header.append(bar(view, what));
    if (beside) header.append(english(words, what.info));
    const group = what.last && findingsGroup(words, what.name, what.info.findings);
    if (group) footer.append(region(words, group));
  }
  if (focused) header.querySelector(`[data-act="${focused}"]`)?.focus({ preventScroll: true });
}

/** Set the language of an element to that of the interface. */
function region(words, element) {
  element.setAttribute("lang", words.id);
  element.setAttribute("dir", words.direction);
  return element;
}

function bar(view, what) {
  const { words } = view;
  const { name, info, part, parts, open } = what;
  const button = (act, label, hint, run, more = {}) =>
    make("button", { type: "button", class: "course-button", "data-act": act, title: hint,
      "aria-label": `${label}: ${hint}`, onclick: run, ...more }, label);
  const row = make("div", { class: `course-bar course-${info.status}`, role: "group",
    "aria-label": words.cell(name), onkeydown: keepKeys },
  make("span", { class: "course-status", title: words.hints[info.status] }, icon(info.status), words[info.status]));
  if (part) row.append(make("span", { class: "course-part" }, words.part(part, parts)));
  if (info.findings.length) {
    row.append(make("span", { class: "course-count" },
      icon(countOf(info.findings, "error") ? "error" : "warning"), tally(words, info.findings)));
  }
  const acts = make("span", { class: "course-acts" });
  if (part) acts.append(button("join", words.join, words.commands.join, () => view.join(name)));
  if (what.first) {
    if (["stale", "machine"].includes(info.status)) {
      acts.append(button("accept", words.accept, words.accept_hint, () => view.confirm(name, false)));
    }
    if (["stale", "machine", "translated"].includes(info.status)) {
      acts.append(button("reviewed", words.review, words.review_hint, () => view.confirm(name, true)));
    }
    acts.append(button("english", words.english, words.english_hint, () => view.toggle(name),
      { "aria-pressed": String(open) }));
  }
  row.append(acts);
  return region(words, row);
}

/** Return the English of a cell, after its changes. */
function english(words, info) {
  const box = make("section", { class: "course-english", onkeydown: keepKeys,
    "aria-label": words.original });
  if (info.diff_html) {
    const diff = make("div", { class: "course-diff", lang: "en", dir: "ltr" });
    diff.innerHTML = info.diff_html; // generated by the server from escaped text
    box.append(region(words, make("h4", {}, words.changed)), diff);
  }
  const text = make("div", { class: "course-rendered", lang: "en", dir: "ltr" });
  text.innerHTML = info.english_html; // generated by the server, which writes each tag itself
  box.append(region(words, make("h4", {}, words.original)), text);
  return box;
}

function noteBar(words) {
  const row = make("div", { class: "course-bar course-noted", role: "note" },
    make("span", { class: "course-status" }, icon("note"), words.note));
  return region(words, row);
}

function lock(words) {
  return make("span", { class: "course-lock", role: "img", "aria-label": words.locked,
    title: words.locked }, icon("lock"));
}

/** Keep keys without Ctrl, Alt or Cmd from JupyterLab, for which letters are commands. */
function keepKeys(event) {
  const plain = event.key.length === 1 || event.key === "Enter";
  if (plain && !event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
}
