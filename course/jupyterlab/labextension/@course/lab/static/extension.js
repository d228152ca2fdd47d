// The plugin: marks languages in all notebooks; for translators, finds the views among them, and
// registers commands and keys.

import { Look } from "./look.js";
import { Panel } from "./panel.js";
import { View } from "./view.js";
import { LONGEST, setWords, words } from "./words.js";

const SECONDS = 15; // of a notification that is no error
const KEYS = { "course:next": "F8", "course:previous": "Shift F8" };

/** Return the plugin; `shared` gets a module of JupyterLab by name. */
export async function makePlugin(shared) {
  const [notebook, apputils, services, coreutils, ui, lumino] = await Promise.all([
    "@jupyterlab/notebook", "@jupyterlab/apputils", "@jupyterlab/services",
    "@jupyterlab/coreutils", "@jupyterlab/ui-components", "@lumino/widgets",
  ].map(shared));
  return {
    id: "@course/lab:plugin",
    description: "What each cell of a translation needs, beside it.",
    autoStart: true,
    requires: [notebook.INotebookTracker],
    optional: [apputils.ICommandPalette],
    activate(app, tracker, palette) {
      addStyle();
      const { translate, ...course } = JSON.parse(coreutils.PageConfig.getOption("course") || "{}");
      new Look(tracker, course, translate);
      if (!translate) return;
      const api = makeApi(app.serviceManager.serverSettings, services, coreutils);
      api.get("info").then(
        ({ views, ...sent }) => {
          setWords(sent);
          new Lab(app, tracker, palette, api, views, { apputils, services, ui, lumino });
        },
        (error) => apputils.Notification.error(error.message, { autoClose: false }),
      );
    },
  };
}

function addStyle() {
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = new URL("lab.css", import.meta.url);
  document.head.append(style);
}

/** Return a function for requests to the server; its errors have one line for the user. */
function makeApi(settings, { ServerConnection }, { URLExt }) {
  async function ask(name, query, init) {
    const address = URLExt.join(settings.baseUrl, "course/api", name) + query;
    const answer = await ServerConnection.makeRequest(address, init, settings);
    const text = await answer.text();
    let body = {};
    try {
      body = JSON.parse(text);
    } catch {
      // the message below names the status
    }
    if (!answer.ok) throw new Error(body.message || `${answer.status} ${answer.statusText}`);
    return body;
  }
  return {
    get: (name, query = {}) => ask(name, URLExt.objectToQueryString(query), {}),
    post: (name, body) => ask(name, "", { method: "POST", body: JSON.stringify(body) }),
  };
}

/** All open views, with the shared panel, commands and notifications. */
class Lab {
  constructor(app, tracker, palette, api, paths, { apputils, services, ui, lumino }) {
    Object.assign(this, { app, tracker, api, paths, lumino, contents: app.serviceManager.contents });
    this.apputils = apputils;
    this.Notification = apputils.Notification;
    this.views = new Map(); // by panel of a notebook
    this.commands = [];
    this.running = ""; // the command that has just been run
    this.panel = new Panel(this, ui, lumino);
    app.shell.add(this.panel.widget, "right", { rank: 400 });
    this.addCommands(palette);
    app.commands.commandExecuted.connect((_, { id }) => {
      this.running = id;
      setTimeout(() => (this.running = ""));
    });
    window.addEventListener("unhandledrejection", ({ reason }) => {
      if (reason instanceof services.ServerConnection.ResponseError) this.tellRefusal(reason);
    });
    tracker.widgetAdded.connect((_, panel) => this.watch(panel));
    tracker.currentChanged.connect(() => this.update());
    tracker.activeCellChanged.connect(() => this.panel.mark());
    tracker.forEach((panel) => this.watch(panel));
  }

  /** The view that is in front, if any. */
  get current() {
    return this.views.get(this.tracker.currentWidget);
  }

  /** The strings of the view in front, or of the last one, or of the source locale. */
  get words() {
    this.last = this.current?.words ?? this.last ?? words();
    return this.last;
  }

  /** Request the report of a view from the server. */
  ask(path) {
    return this.api.get("view", { path });
  }

  /** Take on a notebook if it is a view. */
  async watch(panel) {
    const { path } = panel.context;
    const asked = this.paths.includes(path) ? this.ask(path) : null; // while it is being loaded
    asked?.catch(() => {}); // is reported below
    try {
      await panel.context.ready;
    } catch {
      return; // JupyterLab has said why it can't be opened
    }
    if (panel.isDisposed || !panel.content.model?.getMetadata("course")?.view) return;
    const view = new View(this, panel);
    this.views.set(panel, view);
    await view.refresh(false, asked);
  }

  /** Forget a notebook that is a view no more. */
  drop(view) {
    this.views.delete(view.panel);
    this.update();
  }

  /** Return the other open views, each notebook once, that show the same translation. */
  others(view) {
    const { locale, lesson } = view.about;
    const found = [...this.views.values()].filter((one) => one.context !== view.context
      && one.isFirst && one.about.locale === locale && one.about.lesson === lesson);
    return found;
  }

  /** Show the front view's state in the panel, and let the commands know. */
  update() {
    this.panel.draw();
    for (const id of this.commands) this.app.commands.notifyCommandChanged(id);
  }

  /**
   * Show a notification of JupyterLab; `type` is success, warning or error. A message that would be
   * cut off there is shown in a dialog.
   */
  notify(type, message, words) {
    if (message.length > LONGEST) {
      this.apputils.showDialog({ title: words.panel, body: message, host: document.body,
        buttons: [this.apputils.Dialog.okButton({ label: words.close })] });
      return;
    }
    const actions = type === "warning"
      ? [{ label: words.show, caption: words.commands.panel, callback: () => this.showPanel() }] : [];
    const autoClose = type === "error" ? false : SECONDS * 1000;
    this.Notification.emit(message, type, { autoClose, actions });
  }

  /** Ask whether a cell is to be accepted although it has errors; return the answer. */
  async askAccept(words, reviewed, errors) {
    const { Dialog, showDialog } = this.apputils;
    const act = reviewed ? words.review : words.accept;
    const { button } = await showDialog({
      title: act,
      body: words.ask_accept(errors),
      buttons: [Dialog.cancelButton({ label: words.cancel }),
        Dialog.warnButton({ label: words.accept_anyway })],
      defaultButton: 0,
    });
    return button.accept;
  }

  /** Report refusals of the server that JupyterLab does not: "Save as" over a view. */
  tellRefusal({ response, message }) {
    if (![403, 409].includes(response.status)) return;
    setTimeout(() => {
      const told = [...document.querySelectorAll(".jp-Dialog")];
      if (!told.some((one) => one.textContent.includes(message))) this.notify("error", message, this.words);
    }, 500);
  }

  /** Open the panel and put the focus into it. */
  showPanel() {
    this.app.shell.activateById(this.panel.widget.id);
  }

  addCommands(palette) {
    const active = () => this.current?.activeId;
    const add = (name, execute, isEnabled) => {
      const id = `course:${name}`;
      this.app.commands.addCommand(id, {
        label: () => this.words.commands[name],
        isEnabled,
        execute,
        describedBy: { args: { type: "object", properties: {} } },
      });
      palette?.addItem({ command: id, category: "Course" });
      this.commands.push(id);
    };
    const may = (what) => () => !!this.current?.may(what);
    add("next", () => this.current?.step(1), () => !!this.current);
    add("previous", () => this.current?.step(-1), () => !!this.current);
    add("accept", () => this.current.confirm(active(), false), may("accept"));
    add("reviewed", () => this.current.confirm(active(), true), may("reviewed"));
    add("english", () => this.current.toggle(active()), () => !!active());
    add("join", () => this.current.join(active()), may("join"));
    add("panel", () => this.showPanel(), () => true);
    for (const [command, key] of Object.entries(KEYS)) {
      this.app.commands.addKeyBinding({ command, keys: [key], selector: "body", args: {} });
    }
  }
}
