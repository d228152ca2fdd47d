// What a translator sees in a view: at each paragraph its state, the English, findings and actions.
import { WORDS } from "./words.js";

const API = "course/api";

/** Return an element with a class, a text or children, and attributes. */
function make(tag, name, content = [], attributes = {}) {
  const item = document.createElement(tag);
  item.className = name;
  item.append(...[content].flat());
  for (const [key, value] of Object.entries(attributes)) item.setAttribute(key, value);
  return item;
}

/** Return HTML that the server has made safe, in an element. */
function safe(name, html, attributes) {
  const item = make("div", name, [], attributes);
  item.innerHTML = html;
  return item;
}

export async function makePlugin(shared, style) {
  const { INotebookTracker } = await shared("@jupyterlab/notebook");
  const { ServerConnection } = await shared("@jupyterlab/services");
  const { URLExt } = await shared("@jupyterlab/coreutils");
  const { Notification } = await shared("@jupyterlab/apputils");
  const settings = ServerConnection.makeSettings();
  const sheet = make("link", "", [], { rel: "stylesheet", href: style.href });

  /** Ask the server; the answer is a report on a view. */
  async function ask(name, options = {}) {
    const address = URLExt.join(settings.baseUrl, API, name);
    const answer = await ServerConnection.makeRequest(address, options, settings);
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.message);
    return body;
  }

  /** Draw the bars of one open view, and keep them as its cells are. */
  class View {
    constructor(panel, views) {
      this.panel = panel;
      this.views = views;
      this.open = new Set();
      this.last = "";
      this.timer = 0;
      panel.content.model.cells.changed.connect(() => this.later());
      panel.content.modelContentChanged.connect(() => this.later());
      panel.context.saveState.connect((_, state) => state === "completed" && this.saved());
      panel.disposed.connect(() => views.delete(this));
      views.add(this);
    }

    get path() {
      return this.panel.context.path;
    }

    later() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.draw(), 50);
    }

    async refresh() {
      try {
        this.take(await ask(`view?path=${encodeURIComponent(this.path)}`));
      } catch (error) {
        Notification.error(String(error.message));
      }
    }

    take(report) {
      this.report = report;
      const told = report.told.join("\n");
      if (told && told !== this.last) Notification.warning(told, { autoClose: 10000 });
      this.last = told;
      this.draw();
    }

    /** Show what a save has changed here and in the other view of the lesson. */
    async saved() {
      await this.refresh();
      const { lesson, locale } = this.report ?? {};
      for (const other of this.views) {
        const same = other.report?.lesson === lesson && other.report?.locale.id === locale?.id;
        if (other === this || !same) continue;
        if (!other.panel.context.model.dirty) await other.panel.context.revert();
        await other.refresh();
      }
    }

    /** Confirm a cell, as reviewed or not; what was typed is saved first. */
    async accept(cell, reviewed) {
      try {
        if (this.panel.context.model.dirty) await this.panel.context.save();
        const body = JSON.stringify({ path: this.path, cell, reviewed });
        this.take(await ask("accept", { method: "POST", body }));
      } catch (error) {
        Notification.error(String(error.message));
      }
    }

    draw() {
      if (!this.report || this.panel.isDisposed) return;
      const words = WORDS[this.report.locale.id] ?? WORDS.en;
      for (const cell of this.panel.content.widgets) {
        const course = cell.model.getMetadata("course");
        const key = JSON.stringify([course?.kind, course?.id, this.open.has(course?.id),
          this.report.cells[course?.id]]);
        const old = cell.node.querySelector(":scope > .course-bar");
        if (old?.dataset.key === key) continue;
        old?.remove();
        const bar = this.bar(cell, course, words);
        if (!bar) continue;
        bar.dataset.key = key;
        cell.node.prepend(bar);
        if (cell.model.type === "markdown" && course?.kind === "markdown") {
          const { id, direction } = this.report.locale;
          const input = cell.node.querySelector(":scope > .jp-Cell-inputWrapper");
          input?.setAttribute("lang", id);
          input?.setAttribute("dir", direction);
        }
      }
    }

    bar(cell, course, words) {
      if (course?.kind === "code") {
        return make("div", "course-bar course-lock", "🔒", {
          title: words.locked, role: "img", "aria-label": words.locked });
      }
      const item = course?.kind === "markdown" ? this.report.cells[course.id] : null;
      if (!item) return make("div", "course-bar course-note", `✎ ${words.note}`);
      const { direction, id: language } = this.report.locale;
      const open = this.open.has(course.id) !== ["stale", "missing"].includes(item.status);
      const button = (label, action, attributes = {}) => {
        const made = make("button", "course-button", label, { type: "button", ...attributes });
        made.addEventListener("click", action);
        return made;
      };
      const line = [make("span", `course-state course-${item.status}`, words[item.status])];
      line.push(button(words.english, () => {
        if (!this.open.delete(course.id)) this.open.add(course.id);
        this.draw();
        cell.node.querySelector(".course-bar .course-button")?.focus();
      }, { "aria-expanded": String(open) }));
      if (["stale", "machine"].includes(item.status))
        line.push(button(words.accept, () => this.accept(course.id, false)));
      if (!["missing", "reviewed"].includes(item.status))
        line.push(button(words.review, () => this.accept(course.id, true)));
      const bar = make("div", "course-bar", [make("div", "course-line", line)], {
        lang: language, dir: direction });
      for (const found of item.findings)
        bar.append(make("p", `course-finding course-${found.severity}`,
          [make("strong", "", `${found.code}: `), found.message, " ", found.remedy ?? ""],
          { lang: "en", dir: "ltr" }));
      if (open) {
        const english = make("div", "course-english", [], { lang: "en", dir: "ltr" });
        if (item.diff_html) english.append(safe("course-diff", item.diff_html));
        english.append(safe("course-text", item.english_html));
        bar.append(english);
      }
      return bar;
    }
  }

  return {
    id: "@course/lab:plugin",
    description: "Shows translators what each cell of a view needs.",
    autoStart: true,
    requires: [INotebookTracker],
    activate(app, tracker) {
      document.head.append(sheet);
      const views = new Set();
      tracker.widgetAdded.connect(async (_, panel) => {
        await panel.context.ready;
        if (panel.isDisposed || !panel.content.model.getMetadata("course")?.view) return;
        await new View(panel, views).refresh();
      });
    },
  };
}
