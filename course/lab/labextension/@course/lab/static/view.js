// A view that is open: what the server says of it, what may not happen to it, and its saves.

import { drawCell } from "./cell.js";
import { words } from "./words.js";

const SPLIT = "notebook:split-cell-at-cursor";
const MARKS = ["course", "editable", "deletable"]; // of metadata: what a user may not change
const ENGLISH = { id: "en", direction: "ltr" };
const UNDO_AT_MOST = 3; // times in a row, should something come back again and again

export const TODO = ["missing", "stale"];

export class View {
  constructor(lab, panel) {
    Object.assign(this, { lab, panel, notebook: panel.content, context: panel.context });
    this.report = null; // what the server said last
    this.words = words(this.about.locale);
    this.shown = new Map(); // cell id → whether the user wants its English or does not
    this.pieces = new Set(); // ids of cells that a split has made
    this.undone = 0;
    this.changes = 0;
    this.told = "[]";
    this.load();
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

  get model() {
    return this.notebook.model;
  }

  /** What the notebook says of itself: view (a token of this loading), locale, lesson, framework. */
  get about() {
    return this.model?.getMetadata("course") ?? {};
  }

  /** Whether this is the first of the panels that show this notebook: one of them acts for all. */
  get isFirst() {
    return [...this.lab.views.values()].find((one) => one.context === this.context) === this;
  }

  get activeId() {
    return this.notebook.activeCell && this.nameOf(this.notebook.activeCell.model);
  }

  /** Return the id of the lesson's cell that a cell is, or a piece of; nothing for others. */
  nameOf(model) {
    const mark = model.getMetadata("course");
    return mark?.id && mark.kind !== "note" && this.kinds.has(mark.id) ? mark.id : "";
  }

  /** Tell whether something can be done to the active cell: accept, reviewed or join. */
  may(what) {
    const name = this.activeId;
    const status = this.report?.cells[name]?.status;
    if (what === "accept") return ["stale", "machine"].includes(status);
    if (what === "reviewed") return ["stale", "machine", "translated"].includes(status);
    return !!name && this.group(name).length > 1;
  }

  // What was loaded, and what has changed since

  /** Remember the notebook as it was just loaded. */
  load() {
    this.token = this.about.view;
    this.kinds = new Map();
    this.pieces.clear();
    this.marks = new Map([["", { course: this.about }]]); // by cell id; that of the notebook
    for (const cell of this.model.cells) {
      const mark = cell.getMetadata("course");
      if (!mark?.id) continue;
      this.kinds.set(mark.id, cell.type);
      this.marks.set(cell.id, Object.fromEntries(MARKS.map((key) => [key, cell.getMetadata(key)])));
    }
    this.base = this.texts();
    this.known = new WeakSet(this.cells()); // those that have been here when all was well
    this.made = new WeakSet(); // notes that cells were made
  }

  /** Return all texts, the pieces of a cell under its id, other cells under theirs. */
  texts() {
    const found = new Map();
    for (const cell of this.model.cells) {
      const text = cell.sharedModel.getSource();
      const name = this.nameOf(cell) || ` ${cell.id}`;
      found.set(name, found.has(name) ? `${found.get(name)}\n\n${text}` : text);
    }
    return found;
  }

  /** Tell whether there is a text that is not saved. */
  isChanged() {
    const now = this.texts();
    return now.size !== this.base.size
      || [...now].some(([name, text]) => this.base.get(name) !== text);
  }

  contentChanged() {
    this.changes += 1;
    this.holdMarks();
    this.settle();
    const cell = this.notebook.activeCell;
    if (cell && !cell.isPlaceholder()) this.drawCell(cell); // is it still the English?
  }

  /** Put back what somebody has changed of our marks, in the property inspector for one. */
  holdMarks() {
    if (this.about.view && this.about.view !== this.token) return; // loaded again
    hold(this.model, this.marks.get(""));
    for (const cell of this.model.cells) {
      if (this.marks.has(cell.id) && !this.made.has(cell)) hold(cell, this.marks.get(cell.id));
    }
  }

  /** Soon call a notebook saved whose texts all are: outputs of a view are not kept anyway. */
  settle() {
    if (this.waiting || !this.model?.dirty) return;
    this.waiting = true;
    setTimeout(() => {
      this.waiting = false;
      if (!this.panel.isDisposed && this.model?.dirty && !this.isChanged()) this.model.dirty = false;
    }, 300);
  }

  async cellsChanged() {
    if (this.checking) return;
    this.checking = true;
    await null; // until the action that changes them is over
    const broken = this.isOpened && this.about.view === this.token && this.isFirst && this.isBroken();
    if (broken) await this.drawnCells();
    this.checking = false;
    if (this.isOpened) this.check();
  }

  get isOpened() {
    return !this.panel.isDisposed && !!this.model;
  }

  /** Wait until new cells are drawn: JupyterLab stumbles over one that goes before it is. */
  async drawnCells() {
    const fresh = this.notebook.widgets.filter((cell) => !this.known.has(cell.model));
    await Promise.all(fresh.map((cell) => cell.ready.catch(() => {})));
    await new Promise((done) => setTimeout(done));
  }

  /** Hold the cells to what a view allows: undo what it does not, and mark what is no cell of it. */
  check() {
    if (this.about.view !== this.token) {
      this.fileChanged();
      return;
    }
    if (!this.isFirst) {
      this.draw();
      return;
    }
    if (this.isBroken()) {
      this.undo();
      return;
    }
    this.undone = 0;
    for (const cell of this.model.cells) {
      if (this.belongs(cell)) continue;
      this.made.add(cell);
      makeNote(cell);
    }
    this.known = new WeakSet(this.cells());
    // What comes now is undone by itself, however soon: what came before was allowed.
    this.model.sharedModel.undoManager?.stopCapturing();
    this.draw();
  }

  /** Tell whether a cell of the lesson is gone, or of another type. */
  isBroken() {
    const now = new Map();
    for (const cell of this.model.cells) {
      const name = this.nameOf(cell);
      if (name && (cell.id === name || !now.has(name))) now.set(name, cell.type);
    }
    return [...this.kinds].some(([name, type]) => now.get(name) !== type);
  }

  undo() {
    const shared = this.model.sharedModel;
    this.undone += 1;
    if (this.undone > UNDO_AT_MOST || !shared.canUndo()) {
      this.lab.notify("error", this.words.broken);
      this.draw();
      return;
    }
    if (this.undone === 1) this.lab.notify("warning", this.words.undone);
    shared.undo();
    for (const cell of this.notebook.widgets) {
      if (cell.model.type === "markdown" && !cell.rendered && this.nameOf(cell.model)
        && cell !== this.notebook.activeCell) cell.rendered = true;
    }
  }

  /** Tell whether a cell is one of the lesson, a piece of one, or known to be a note. */
  belongs(cell) {
    const mark = cell.getMetadata("course");
    if (mark?.kind === "note") return true;
    const name = this.nameOf(cell);
    if (!name) return false;
    const itself = this.cells().filter((one) => one.id === name);
    if (cell.id === name) { // or one of that id that was dragged here from another notebook
      return this.known.has(cell) || !itself.some((one) => this.known.has(one));
    }
    if (this.pieces.has(cell.id)) return true;
    if (this.lab.running !== SPLIT && itself.length) return false;
    this.pieces.add(cell.id);
    return true;
  }

  cells() {
    return [...this.model.cells];
  }

  /** Return the pieces of a cell that stand together with it, in page order; notes may be between. */
  group(name) {
    const cells = this.cells();
    const at = cells.findIndex((cell) => cell.id === name && this.nameOf(cell) === name);
    const found = at < 0 ? [] : [cells[at]];
    for (const step of [-1, 1]) {
      for (let i = at + step; at >= 0 && i >= 0 && i < cells.length; i += step) {
        const other = this.nameOf(cells[i]);
        if (other && other !== name) break;
        if (other) step < 0 ? found.unshift(cells[i]) : found.push(cells[i]);
      }
    }
    return found;
  }

  /** Make one cell of the pieces of a cell again. */
  join(name) {
    const pieces = this.group(name);
    const own = pieces.find((cell) => cell.id === name);
    if (!own || pieces.length < 2) return;
    const text = pieces.map((cell) => cell.sharedModel.getSource()).filter((one) => one.trim());
    const shared = this.model.sharedModel;
    shared.transact(() => {
      own.sharedModel.setSource(text.join("\n\n"));
      for (let i = this.model.cells.length - 1; i >= 0; i -= 1) {
        const cell = this.model.cells.get(i);
        if (cell !== own && pieces.includes(cell)) shared.deleteCell(i);
      }
    });
    this.goTo(name);
  }

  // Saves, and what they mean for other notebooks

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

  /** Notice that the notebook was loaded again, by anybody. */
  fileChanged() {
    if (!this.about.view || this.about.view === this.token) return;
    this.load();
    this.draw();
    this.refresh();
  }

  /** Ask the server what there is to say, and show it; after a save, tell what it has come to. */
  async refresh(save = false) {
    try {
      const report = await this.lab.api.get("view", { path: this.context.path });
      if (this.panel.isDisposed) return;
      this.take(report);
      if (!save || !this.isFirst) return;
      const told = JSON.stringify(report.told);
      if (report.told.length && told !== this.told) {
        this.lab.notify("warning", [this.words.told, ...report.told].join("\n"));
      }
      this.told = told;
      await this.spread();
    } catch (error) {
      this.fail(error);
    }
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
      // JupyterLab has said so
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
    this.lab.notify("error", error?.message || String(error));
  }

  // What a user does

  /** Confirm that a cell says what the English says today, after saving what is not saved. */
  async confirm(name, reviewed) {
    if (!name) return;
    const { token } = this;
    try {
      if (this.isChanged()) await this.context.save();
      if (this.about.view !== token) return; // loaded again: the user has not seen this text yet
    } catch {
      return; // JupyterLab has said why
    }
    try {
      const body = { path: this.context.path, cell: name, reviewed };
      this.take(await this.lab.api.post("accept", body));
      for (const view of this.lab.others(this)) await view.refresh();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Tell whether the English of a cell is to be seen. */
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
      this.lab.notify("success", this.words.nothing);
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

  // What is drawn

  /** Draw what every cell needs beside it, and the panel. */
  draw() {
    for (const cell of this.notebook.widgets) {
      if (!cell.isPlaceholder()) this.drawCell(cell);
      else cell.ready.then(() => !cell.isDisposed && this.drawCell(cell)).catch(() => {});
    }
    if (this.counter && this.report) {
      const { counts, cells } = this.report;
      const findings = Object.values(cells).filter((it) => it.findings.length).length;
      const left = counts.missing + counts.stale;
      this.button.textContent = left || findings
        ? this.words.counter(left, findings) : this.words.panel;
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

  /** Tell whether a cell has no text but the English. */
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

/** Give the metadata of a cell or notebook what it had. */
function hold(model, marks) {
  for (const [key, value] of Object.entries(marks)) {
    if (JSON.stringify(model.getMetadata(key)) === JSON.stringify(value)) continue;
    if (value === undefined) model.deleteMetadata(key);
    else model.setMetadata(key, value);
  }
}

/** Make a cell one of the user's own: it can be changed and deleted, and is no part of the lesson. */
function makeNote(cell) {
  const { sharedModel } = cell;
  sharedModel.transact(() => {
    for (const key of ["editable", "deletable"]) sharedModel.deleteMetadata(key);
    sharedModel.setMetadata("course", { kind: "note" });
  }, false); // not an action of the user's that could be undone by itself
}
