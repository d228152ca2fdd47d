"use strict";
{
  // Exercises in plain Python are solved on the page. From disk, browsers start no worker.
  const pattern = document.querySelector("template.exercise");
  const groups = new Map();
  for (const cell of document.querySelectorAll("[data-exercise]")) {
    groups.set(cell.dataset.exercise, [...(groups.get(cell.dataset.exercise) || []), cell]);
  }
  const keep = (key, value) => {
    try {
      if (value === undefined) return localStorage.getItem(key);
      return value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value);
    } catch { return null; }
  };

  // One worker for the page; `current` is the exercise that it runs.
  let worker = null;
  let loaded = false;
  let current = null;
  const start = () => {
    worker = new Worker(pattern.dataset.worker, { type: "module" });
    loaded = false;
    worker.onmessage = ({ data }) => {
      if (data.ready) {
        loaded = true;
        current?.say("running");
      }
      if (data.text) current?.print(data.text);
      if (data.failed) fail();
      if (data.done) finish("");
    };
    worker.onerror = fail;
  };
  const finish = (state) => {
    const last = current;
    current = null;
    last?.say(state);
  };
  const end = () => {
    worker?.terminate();
    worker = null;
  };
  const fail = () => {
    end();
    finish("failed");
  };
  const stop = () => {
    end();
    finish("stopped");
  };

  const open = (cells) => {
    const own = pattern.content.cloneNode(true);
    const find = (selector) => own.querySelector(selector);
    const [area, run, halt, again, status, shown] =
      ["textarea", ".run", ".stop", ".again", ".state", ".printed"].map(find);
    const code = cells.map((cell) => cell.querySelector("pre").textContent.trim()).join("\n\n\n");
    const name = location.pathname.split("/").pop().replace(".html", "");
    const key = `course-code-${name}-${cells[0].dataset.exercise}`;
    const fit = () => { area.rows = area.value.split("\n").length + 1; };
    area.value = keep(key) || code;
    fit();
    area.addEventListener("input", () => { keep(key, area.value); fit(); });

    const me = {
      say(state) {
        const busy = current === me;
        const pressed = [run, halt].includes(document.activeElement);
        run.hidden = busy;
        halt.hidden = !busy;
        status.textContent = state ? status.dataset[state] : "";
        if (pressed) (busy ? halt : run).focus();
      },
      print(text) {
        shown.hidden = false;
        shown.append(text);
      },
    };
    const go = () => {
      if (current) stop();
      shown.hidden = true;
      shown.textContent = "";
      current = me;
      if (!worker) start();
      me.say(loaded ? "running" : "loading");
      worker?.postMessage(area.value);
    };
    run.addEventListener("click", go);
    halt.addEventListener("click", stop);
    again.addEventListener("click", () => {
      if (current === me) stop();
      keep(key, null);
      area.value = code;
      shown.hidden = true;
      fit();
      me.say("");
      area.focus();
    });
    area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      if (event.ctrlKey || event.metaKey || event.shiftKey) return go();
      const line = area.value.slice(0, area.selectionStart).split("\n").pop();
      const deeper = line.trimEnd().endsWith(":") ? "    " : "";
      document.execCommand("insertText", false, `\n${line.match(/^ */)[0]}${deeper}`);
    });
    const last = cells[cells.length - 1];
    for (const cell of cells) cell.hidden = true;
    last.after(own);
    area.focus();
    if (!worker) start();
  };

  if (pattern && location.protocol !== "file:" && typeof WebAssembly === "object") {
    for (const cells of groups.values()) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "solve";
      button.textContent = pattern.dataset.solve;
      button.addEventListener("click", () => {
        button.remove();
        open(cells);
      });
      cells[cells.length - 1].after(button);
    }
  }
}
