// The side panel: the progress of the translation in front, and its remaining cells.

import { findingsGroup, icon, make, message, tally } from "./cell.js";

const STATUSES = ["missing", "stale", "machine", "translated", "reviewed"];
const LONGEST = 60; // characters of a cell's English in a list

export class Panel {
  constructor(lab, { LabIcon }, { Widget }) {
    this.lab = lab;
    this.widget = new Widget();
    this.widget.id = "course-panel";
    this.widget.addClass("course-panel");
    this.widget.node.setAttribute("tabindex", "-1");
    this.widget.title.icon = new LabIcon({ name: "course:translation", svgstr: ICON });
    this.draw();
  }

  /** Draw the panel if its content has changed. */
  draw() {
    const { words, current: view } = this.lab;
    const report = view?.report;
    const key = JSON.stringify([words.id, report, report && view.left()]);
    if (key === this.key) return this.mark();
    this.key = key;
    const { node, title } = this.widget;
    title.caption = words.panel;
    node.setAttribute("aria-label", words.panel);
    node.setAttribute("lang", words.id);
    node.setAttribute("dir", words.direction);
    const top = node.scrollTop;
    const opened = node.querySelector("details.course-drafts")?.open;
    node.replaceChildren(make("h2", {}, words.panel),
      ...(report ? content(view, report, opened) : [make("p", { class: "course-faint" }, words.no_view)]));
    node.scrollTop = top;
    this.mark();
  }

  /** Show which of the listed cells is the active one. */
  mark() {
    const name = this.lab.current?.activeId;
    for (const item of this.widget.node.querySelectorAll("[data-cell]")) {
      if (item.dataset.cell === name) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  }
}

function content(view, report, opened) {
  const { words } = view;
  const { counts, cells } = report;
  const all = STATUSES.reduce((sum, status) => sum + counts[status], 0);
  const done = counts.translated + counts.reviewed;
  const names = Object.keys(cells);
  const of = (status) => names.filter((name) => cells[name].status === status);
  const found = names.filter((name) => cells[name].findings.length);
  const item = (name, status) => entry(view, name, cells[name], status);
  const list = (status, some) => some.length
    ? [make("h3", {}, icon(status), words[status] ?? words.findings, ` (${some.length})`),
      make("ul", {}, ...some.map((name) => item(name, status)))]
    : [];
  const left = [...list("missing", of("missing")), ...list("stale", of("stale")), ...list("error", found)];
  if (found.length) left[left.length - 2].childNodes[1].textContent = words.findings;
  const drafts = of("machine");
  return [
    make("p", { class: "course-file", dir: "ltr" }, report.file),
    make("div", { class: "course-progress", role: "img", "aria-label": words.progress(done, all) },
      ...STATUSES.toReversed().map((status) => counts[status]
        && make("span", { class: `course-${status}`, style: `flex-grow: ${counts[status]}` }))),
    make("p", { class: "course-faint" }, words.progress(done, all)),
    make("ul", { class: "course-counts" }, ...STATUSES.map((status) =>
      make("li", { class: `course-${status}` }, icon(status), words[status], make("b", {}, `${counts[status]}`)))),
    make("p", {},
      make("button", { type: "button", class: "course-button", onclick: () => view.step(-1) }, words.previous), " ",
      make("button", { type: "button", class: "course-button", onclick: () => view.step(1),
        title: words.commands.next }, words.next), " ",
      make("kbd", {}, "F8")),
    ...(left.length || drafts.length ? left
      : [make("p", { class: "course-done" }, icon("reviewed"), words.nothing)]),
    drafts.length && make("details", { class: "course-drafts", ...(opened ?? !left.length ? { open: "" } : {}) },
      make("summary", {}, icon("machine"), words.drafts(drafts.length)),
      make("ul", {}, ...drafts.map((name) => item(name, "machine")))),
    ...(report.findings.length
      ? [make("h3", {}, icon("error"), words.file_findings), ...report.findings.map((group) =>
        findingsGroup(words, group.cell, group.findings))] : []),
    ...(report.told.length
      ? [make("h3", {}, icon("note"), words.told),
        make("ul", { class: "course-told" },
          ...report.told.map((line) => make("li", {}, message(line))))] : []),
  ].filter(Boolean);
}

/** Return a link to a cell. */
function entry(view, name, info, status) {
  const text = info.english.replace(/[#*`>\s]+/g, " ").trim();
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  const { words } = view;
  const below = status === "error"
    ? make("span", { class: "course-faint" }, message(info.findings[0].message), ` (${tally(words, info.findings)})`)
    : make("span", { class: "course-faint", lang: "en", dir: "ltr" }, short);
  return make("li", {},
    make("button", { type: "button", class: "course-link", "data-cell": name,
      onclick: () => view.goTo(name) },
    make("span", { class: "course-name", dir: "ltr" }, name), below));
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3"
 fill="#616161" d="M12.9 15.1l-2.5-2.5a17 17 0 0 0 3.7-6.6H17V4h-7V2H8v2H1v2h11.2A15.600 15.600 0 0 1 9 11.300
 15.500 15.500 0 0 1 6.700 8h-2a17.500 17.500 0 0 0 3 4.600L2.600 17.600 4 19l5-5 3.100 3.100zM18.500 10h-2L12
 22h2l1.100-3h4.800l1.100 3h2zm-2.600 7l1.600-4.300L19.100 17z"/></svg>`;
