// An open view: its report from the server, its saves, and the actions of its user.

import { countOf, drawCell } from "./cell.js";
import { Guarded } from "./guard.js";
import { LONGEST, words } from "./words.js";

const ENGLISH = { id: "en", direction: "ltr" };

export const TODO = ["missing", "stale"];

export class View extends Guarded {
  constructor(lab, panel) {
    super(lab, panel);
    this.report = null; // the last report from the server
    this.words = words(this.about.locale);
    this.shown = new Map(); // cell id → whether the user wants its English or does not
    this.changes = 0;
    this.told = "[]";
    panel.addClass("course-view");
    this.addCounter();
    const { model, context } = this;
    model.cells.changed.connect(this.cellsChanged, this);
    model.contentChanged.connect(this.contentChanged, this);
    model.stateChanged.connect(this.settle, this);
    context.saveState.connect(this.saved, this);
    context.fileChanged.connect(this.fileChanged, this);
    context.pathChanged.connect(this.leave, this);
    panel.disposed.connect(() => this.stop());
    this.settle();
  }

  get activeId() {
    return this.notebook.activeCell && this.nameOf(this.notebook.activeCell.model);
  }

  /** Return whether an action is possible on the active cell: accept, reviewed or join. */
  may(what) {
    const name = this.activeId;
    const status = this.report?.cells[name]?.status;
    if (what === "accept") return ["stale", "machine"].includes(status);
    if (what === "reviewed") return ["stale", "machine", "translated"].includes(status);
    return !!name && this.group(name).length > 1;
  }

  contentChanged() {
    this.changes += 1;
    this.holdMarks();
    this.settle();
    const cell = this.notebook.activeCell;
    if (cell && !cell.isPlaceholder()) this.drawCell(cell); // is it still the English?
  }

  /** Mark a notebook as saved if all its texts are: outputs of a view are not stored. */
  settle() {
    if (this.waiting || !this.model?.dirty) return;
    this.waiting = true;
    setTimeout(() => {
      this.waiting = false;
      if (!this.panel.isDisposed && this.model?.dirty && !this.isChanged()) this.model.dirty = false;
    });
  }

  // Saves, and their effects on other notebooks

  saved(_, state) {
    if (state === "started") {
      this.sent = { token: this.token, texts: this.texts(), changes: this.changes };
    } else if (state === "completed" && this.sent) {
      const { token, texts, changes } = this.sent;
      if (token === this.token && this.about.view === token) {
        this.base = texts;
        // JupyterLab takes for saved what was typed while it was saving.
        if (changes !== this.changes && this.isChanged()) this.model.dirty = true;
      }
      this.refresh(true);
    }
  }

  /** Handle a reload of the notebook, whatever its cause. */
  fileChanged() {
    if (!this.about.view || this.about.view === this.token) return;
    this.load();
    this.draw();
    this.refresh();
  }

  /** Request and show the report; after a save, notify the user of its messages. */
  async refresh(save = false, asked = null) {
    try {
      const report = await (asked ?? this.lab.ask(this.context.path));
      if (this.panel.isDisposed) return;
      this.take(report);
      if (!save || !this.isFirst) return;
      const told = JSON.stringify(report.told);
      if (report.told.length && told !== this.told) this.tell(report.told);
      this.told = told;
      await this.spread();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Notify the user of the messages of a save: all of them if they fit, else how many. */
  tell(told) {
    const all = [this.words.told, ...told.map((one) => one.text)].join("\n");
    const text = all.length <= LONGEST ? all : `${this.words.told}\n${this.words.told_more(told.length)}`;
    this.lab.notify("warning", text, this.words);
  }

  /** Show a report. */
  take(report) {
    this.report = report;
    this.words = words(report.locale.id);
    this.draw();
  }

  /** Let the other views of this translation show what was saved here. */
  async spread() {
    for (const view of this.lab.others(this)) {
      await view.catchUp();
      await view.refresh();
    }
  }

  /**
   * Take over what was saved elsewhere, cell by cell, so that outputs, place and undo stay. A cell
   * that was changed here too is left alone with all others: JupyterLab asks at the next save.
   */
  async catchUp() {
    const { context, lab } = this;
    const options = { content: false, hash: true };
    const { hash } = await lab.contents.get(context.path, options);
    const known = context.contentsModel?.hash;
    if (!hash || !known || hash === known || this.panel.isDisposed) return;
    const fresh = await lab.contents.get(context.path, { ...options, content: true });
    if (this.panel.isDisposed) return;
    const changed = new Map();
    for (const cell of fresh.content.cells) {
      const mark = cell.metadata.course;
      if (mark?.kind === "markdown" && cell.source !== this.base.get(mark.id)) {
        changed.set(mark.id, cell);
      }
    }
    const now = this.texts();
    const others = [...changed.keys()].filter((name) => now.get(name) !== changed.get(name).source);
    const clash = others.some((name) => now.get(name) !== this.base.get(name)
      || this.group(name).length !== 1);
    if (clash) return;
    if (typeof context._updateContentsModel !== "function") {
      if (!this.isChanged()) await context.revert();
      return;
    }
    const { dirty } = this.model;
    for (const name of changed.keys()) {
      const { source, metadata } = changed.get(name);
      const pieces = this.group(name);
      if (pieces.length === 1) {
        const { sharedModel } = pieces[0];
        sharedModel.transact(() => {
          if (sharedModel.getSource() !== source) sharedModel.setSource(source);
          this.marks.get(name).course = metadata.course;
          sharedModel.setMetadata("course", metadata.course);
        }, false);
      }
      this.base.set(name, source);
    }
    this.model.dirty = dirty && this.isChanged();
    context._updateContentsModel({ ...fresh, content: null });
  }

  /** A notebook that was saved under another name is an ordinary one: load it as such. */
  async leave() {
    this.stop();
    try {
      await this.context.revert();
    } catch {
      // JupyterLab has reported it
    }
  }

  stop() {
    const { context, model, panel } = this;
    this.lab.drop(this);
    context.saveState.disconnect(this.saved, this);
    context.fileChanged.disconnect(this.fileChanged, this);
    context.pathChanged.disconnect(this.leave, this);
    model?.cells.changed.disconnect(this.cellsChanged, this);
    model?.contentChanged.disconnect(this.contentChanged, this);
    model?.stateChanged.disconnect(this.settle, this);
    this.counter?.dispose();
    if (!panel.isDisposed) panel.removeClass("course-view");
  }

  fail(error) {
    this.lab.notify("error", error?.message || String(error), this.words);
  }

  // Actions of the user

  /**
   * Accept a cell against the current English, after saving unsaved texts; where the checks still
   * find errors in it, ask first.
   */
  async confirm(name, reviewed) {
    if (!name) return;
    const { token } = this;
    try {
      if (this.isChanged()) await this.context.save();
      if (this.about.view !== token) return; // loaded again: the user has not seen this text yet
    } catch {
      return; // JupyterLab has reported why
    }
    try {
      this.take(await this.lab.ask(this.context.path));
      const errors = countOf(this.report.cells[name]?.findings ?? [], "error");
      if (errors && !(await this.lab.askAccept(this.words, reviewed, errors))) return;
      const body = { path: this.context.path, cell: name, reviewed };
      this.take(await this.lab.api.post("accept", body));
      for (const view of this.lab.others(this)) await view.refresh();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Return whether the English of a cell is visible. */
  isOpen(name) {
    return this.shown.get(name) ?? TODO.includes(this.report?.cells[name]?.status);
  }

  toggle(name) {
    if (!name) return;
    this.shown.set(name, !this.isOpen(name));
    this.draw();
  }

  /** Return the ids of the cells that need work, in page order; drafts if nothing else is left. */
  left() {
    const cells = Object.entries(this.report?.cells ?? {});
    const needy = cells.filter(([, it]) => TODO.includes(it.status) || it.findings.length);
    const drafts = cells.filter(([, it]) => it.status === "machine");
    const names = (needy.length ? needy : drafts).map(([name]) => name);
    const order = this.cells().map((cell) => this.nameOf(cell));
    return names.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  }

  /** Go to the next cell that needs work, or to the one before; from the end to the start. */
  step(direction) {
    const order = this.cells().map((cell) => this.nameOf(cell));
    const places = this.left().map((name) => order.lastIndexOf(name)).filter((at) => at >= 0);
    if (!places.length) {
      this.lab.notify("success", this.words.nothing, this.words);
      return;
    }
    const here = this.notebook.activeCellIndex;
    const next = direction > 0
      ? places.find((at) => at > here) ?? places[0]
      : places.findLast((at) => at < here) ?? places.at(-1);
    this.goTo(order[next]);
  }

  /** Make a cell the active one, and bring it to where it can be seen. */
  async goTo(name) {
    const at = this.cells().findLastIndex((cell) => this.nameOf(cell) === name);
    if (at < 0) return;
    const { notebook, lab } = this;
    lab.app.shell.activateById(this.panel.id);
    notebook.deselectAll();
    notebook.activeCellIndex = at;
    notebook.mode = "command";
    try {
      await notebook.scrollToItem(at, "smart");
    } catch {
      // the notebook was closed meanwhile
    }
    notebook.activeCell?.node.focus({ preventScroll: true });
  }

  // Drawing

  /** Draw the additions to all cells, and the panel. */
  draw() {
    for (const cell of this.notebook.widgets) {
      if (!cell.isPlaceholder()) this.drawCell(cell);
      else cell.ready.then(() => !cell.isDisposed && this.drawCell(cell)).catch(() => {});
    }
    if (this.counter && this.report) {
      const { counts, cells } = this.report;
      const findings = Object.values(cells).filter((it) => it.findings.length).length;
      const left = counts.missing + counts.stale;
      this.button.textContent = left || findings || counts.machine
        ? this.words.counter(left, counts.machine, findings) : this.words.panel;
      this.button.title = this.words.commands.panel;
    }
    this.lab.update();
  }

  drawCell(cell) {
    const name = this.nameOf(cell.model);
    const mark = cell.model.getMetadata("course");
    const group = name && cell.model.type === "markdown" ? this.group(name) : [];
    const part = group.length > 1 ? group.indexOf(cell.model) + 1 : 0;
    const { report } = this;
    drawCell(this, cell, {
      name,
      note: mark?.kind === "note",
      locked: !!name && this.kinds.get(name) !== "markdown",
      part,
      parts: group.length,
      first: !part || part === 1,
      last: !part || part === group.length,
      info: report?.cells[name],
      locale: this.isEnglish(cell.model, report?.cells[name]) ? ENGLISH : report?.locale,
      open: this.isOpen(name),
    });
  }

  /** Return whether a cell has only the English text. */
  isEnglish({ sharedModel }, info) {
    return info?.status === "missing" && sharedModel.getSource().trim() === info.english.trim();
  }

  addCounter() {
    const widget = new this.lab.lumino.Widget();
    this.button = document.createElement("button");
    this.button.className = "course-counter";
    this.button.onclick = () => this.lab.showPanel();
    this.button.textContent = this.words.panel;
    widget.node.append(this.button);
    widget.addClass("course-counter-item");
    this.counter = widget;
    const { toolbar } = this.panel;
    toolbar.insertAfter("spacer", "course-counter", widget) || toolbar.addItem("course-counter", widget);
  }
}
