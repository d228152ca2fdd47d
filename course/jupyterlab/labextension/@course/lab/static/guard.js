// The cells of a view: their kinds, and protection against edits that a view does not allow.

import { words } from "./words.js";

const SPLIT = "notebook:split-cell-at-cursor";
const MARKS = ["course", "editable", "deletable"]; // of metadata: what a user may not change
const UNDO_AT_MOST = 3; // times in a row, should something come back again and again

/** A notebook whose cells are held to what a view allows; `View` says what becomes of it. */
export class Guarded {
  constructor(lab, panel) {
    Object.assign(this, { lab, panel, notebook: panel.content, context: panel.context });
    this.pieces = new Set(); // ids of cells that a split has created
    this.undone = 0;
    this.load();
  }

  get model() {
    return this.notebook.model;
  }

  /** The mark of the view: view (a token of this load), locale, lesson, framework. */
  get about() {
    return this.model?.getMetadata("course") ?? {};
  }

  /** Whether this is the first of the panels that show this notebook: one of them acts for all. */
  get isFirst() {
    return [...this.lab.views.values()].find((one) => one.context === this.context) === this;
  }

  /** Return the id of the lesson's cell that a cell is, or a piece of; nothing for others. */
  nameOf(model) {
    const mark = model.getMetadata("course");
    return mark?.id && mark.kind !== "note" && this.kinds.has(mark.id) ? mark.id : "";
  }

  /** Remember the notebook as it was just loaded. */
  load() {
    this.token = this.about.view;
    this.kinds = new Map();
    this.pieces.clear();
    this.marks = new Map([["", { course: this.aboutShown() }]]); // by cell id; that of the notebook
    for (const cell of this.model.cells) {
      const mark = cell.getMetadata("course");
      if (!mark?.id) continue;
      this.kinds.set(mark.id, cell.type);
      this.marks.set(cell.id, Object.fromEntries(MARKS.map((key) => [key, cell.getMetadata(key)])));
    }
    this.locked = new Map([...this.model.cells]
      .filter((cell) => this.marks.get(cell.id)?.editable === false)
      .map((cell) => [cell.id, cell.sharedModel.getSource()]));
    this.base = this.texts();
    this.known = this.look(); // those that have been here when all was well
    this.made = new WeakSet(); // cells that were turned into notes
    hold(this.model, this.marks.get(""));
  }

  /**
   * Return what the notebook says of itself, without notes that were not loaded: Yjs can go wrong
   * with that too (see isMixedUp), and a save would take them for deleted.
   */
  aboutShown() {
    const ids = new Set(this.cells().map((cell) => cell.id));
    const given = Object.entries(this.about.notes ?? {});
    const shown = given.filter(([id]) => ids.has(id));
    if (shown.length === given.length) return this.about;
    this.lab.notify("error", words(this.about.locale).broken, words(this.about.locale));
    return { ...this.about, notes: Object.fromEntries(shown) };
  }

  /** Return the cells that are there now, with their ids, which they lose when they go. */
  look() {
    return new Map(this.cells().map((cell) => [cell, cell.id]));
  }

  /** Return all texts by id, the pieces of a cell under the id of the cell. */
  texts() {
    const found = new Map();
    for (const cell of this.model.cells) {
      const text = cell.sharedModel.getSource();
      const name = this.nameOf(cell) || ` ${cell.id}`;
      found.set(name, found.has(name) ? `${found.get(name)}\n\n${text}` : text);
    }
    return found;
  }

  /** Return whether there is unsaved text. */
  isChanged() {
    const now = this.texts();
    return now.size !== this.base.size
      || [...now].some(([name, text]) => this.base.get(name) !== text);
  }

  /** Restore changed marks, as changed in the property inspector. */
  holdMarks() {
    if (this.about.view && this.about.view !== this.token) return; // loaded again
    hold(this.model, this.marks.get(""));
    const cells = this.cells();
    for (const cell of cells) {
      const copy = this.made.has(cell) || (cell.getMetadata("course")?.kind === "note"
        && cells.some((one) => one !== cell && one.id === cell.id));
      if (!this.marks.has(cell.id) || copy) continue;
      hold(cell, this.marks.get(cell.id));
      const code = this.locked.get(cell.id); // replacing everywhere reaches cells not yet drawn
      if (code !== undefined && cell.sharedModel.getSource() !== code) cell.sharedModel.setSource(code);
    }
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
    this.known = this.look();
    // What comes now is undone by itself, however soon: what came before was allowed.
    this.model.sharedModel.undoManager?.stopCapturing();
    this.draw();
  }

  /** Return whether a cell of the lesson is missing or has another type. */
  isBroken() {
    const now = new Map();
    for (const cell of this.model.cells) {
      const name = this.nameOf(cell);
      if (name && (cell.id === name || !now.has(name))) now.set(name, cell.type);
    }
    return [...this.kinds].some(([name, type]) => now.get(name) !== type) || this.isMixedUp();
  }

  /**
   * Return whether a move took away another cell than the one it put elsewhere. After many changes
   * Yjs, which holds the cells for JupyterLab, can be wrong about their places.
   */
  isMixedUp() {
    const now = this.cells();
    const ids = [...this.known.values()];
    const times = (all, id) => all.filter((one) => one === id).length;
    const more = (id, _, all) => times(ids, id) && times(all, id) > times(ids, id);
    return [...this.known.keys()].some((cell) => !now.includes(cell))
      && now.map((cell) => cell.id).some(more);
  }

  undo() {
    const shared = this.model.sharedModel;
    this.undone += 1;
    if (this.undone > UNDO_AT_MOST || !shared.canUndo()) {
      this.lab.notify("error", this.words.broken, this.words);
      this.draw();
      return;
    }
    if (this.undone === 1) this.lab.notify("warning", this.words.undone, this.words);
    shared.undo();
    for (const cell of this.notebook.widgets) {
      if (cell.model.type === "markdown" && !cell.rendered && this.nameOf(cell.model)
        && cell !== this.notebook.activeCell) cell.rendered = true;
    }
  }

  /** Return whether a cell is one of the lesson, a piece of one, or a known note. */
  belongs(cell) {
    const mark = cell.getMetadata("course");
    if (mark?.kind === "note") return true;
    const name = this.nameOf(cell);
    if (!name) return false;
    const itself = this.cells().filter((one) => one.id === name && this.nameOf(one) === name);
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

  /** Join the pieces of a cell. */
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
}

/** Restore the metadata of a cell or notebook. */
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
