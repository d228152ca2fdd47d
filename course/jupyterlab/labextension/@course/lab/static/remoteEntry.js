// The container that JupyterLab loads: it passes JupyterLab's shared modules to plain ones.
//
// A prebuilt extension is a script that puts `init` and `get` under its name. Usually a bundler
// writes it; these lines are all that is needed without one. The name must be that of the folder.
(() => {
  const base = document.currentScript.src;
  let scope;

  /** Return a module that JupyterLab shares, as `import` would. */
  async function shared(name) {
    const [version] = Object.values(scope[name]);
    return (await version.get())();
  }

  (window._JUPYTERLAB ??= {})["@course/lab"] = {
    init(given) {
      scope = given;
    },
    async get() {
      const { makePlugin } = await import(new URL("extension.js", base));
      const plugin = await makePlugin(shared);
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
