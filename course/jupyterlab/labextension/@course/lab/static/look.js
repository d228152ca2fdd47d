// All notebooks of the course: the language of their parts, and no unsaved mark without a change.
//
// What a reader has not changed is not unsaved: JupyterLab takes the name of the kernel and the
// version of Python, which it writes into a notebook as soon as the kernel starts, for a change.

const OF_THE_KERNEL = ["kernelspec", "language_info"]; // of a notebook's metadata

export class Look {
  /** `course` has the source locale, and the direction of each locale by its id. */
  constructor(tracker, course, translate) {
    Object.assign(this, { course, translate });
    tracker.widgetAdded.connect((_, panel) => this.watch(panel));
    tracker.forEach((panel) => this.watch(panel));
  }

  async watch(panel) {
    try {
      await panel.context.ready;
    } catch {
      return; // JupyterLab has said why it can't be opened
    }
    const { model } = panel.content;
    if (panel.isDisposed || !model) return;
    this.mark(panel);
    const marked = () => queueMicrotask(() => panel.isDisposed || this.mark(panel));
    model.cells.changed.connect(marked);
    panel.disposed.connect(() => model.isDisposed || model.cells.changed.disconnect(marked));
    if (!model.getMetadata("course")?.view) keepClean(panel); // views do so by themselves
  }

  /** Set the language of each cell: outputs and code are the source's in every locale. */
  mark(panel) {
    const [id] = panel.context.path.split("/");
    const { source, directions } = this.course;
    const direction = directions[id];
    if (!direction) return; // a notebook of the user's own
    panel.addClass("course-lesson");
    for (const cell of panel.content.widgets) {
      if (cell.model.type === "code") cell.node.setAttribute("lang", source);
      else if (!this.translate) setLanguage(cell, id, direction);
    }
  }
}

/** Set the language and direction of the text of a cell, once it is drawn. */
export function setLanguage(cell, id, direction) {
  const set = () => {
    const node = cell.inputArea?.node;
    node?.setAttribute("lang", id);
    node?.setAttribute("dir", direction);
  };
  if (cell.isPlaceholder()) cell.ready.then(() => cell.isDisposed || set()).catch(() => {});
  else set();
}

/** Mark a notebook as saved while nothing but the metadata of its kernel has changed. */
function keepClean({ context, content }) {
  const { model } = content;
  let saved = contentOf(model);
  const settle = () => {
    if (!model.isDisposed && model.dirty && contentOf(model) === saved) model.dirty = false;
  };
  const remember = () => (saved = contentOf(model));
  model.stateChanged.connect((_, { name, newValue }) => {
    if (name === "dirty" && newValue) queueMicrotask(settle);
  });
  context.saveState.connect((_, state) => state === "completed" && !model.dirty && remember());
  context.fileChanged.connect(remember);
  settle(); // the kernel may have been quicker
}

/** Return the content of a notebook as text, without what its kernel writes into it, and trust. */
function contentOf(model) {
  const { cells, metadata } = model.toJSON();
  const own = Object.keys(metadata).filter((key) => !OF_THE_KERNEL.includes(key)).sort();
  return JSON.stringify([cells, own.map((key) => [key, metadata[key]])],
    (key, value) => (key === "trusted" ? undefined : value));
}
