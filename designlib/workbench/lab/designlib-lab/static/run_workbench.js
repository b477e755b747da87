// JupyterLab loads this file as an extension: when the workbench notebook is opened and its kernel
// is new, its first code cell runs, so that the workbench stands there without a click. A page that
// is reloaded finds the kernel that it had, and runs nothing again.
(() => {
  const NOTEBOOK = /(^|\/)07-workbench\.ipynb$/;
  const SEEN = "designlib-lab:kernel";

  const run = async (app, panel) => {
    await panel.context.ready;
    await panel.sessionContext.ready;
    const kernel = panel.sessionContext.session?.kernel;
    if (!kernel || localStorage.getItem(SEEN) === kernel.id) return;
    localStorage.setItem(SEEN, kernel.id);
    await panel.revealed;
    const cells = panel.content.widgets;
    const first = cells.findIndex((cell) => cell.model.type === "code");
    if (first < 0) return;
    panel.content.activeCellIndex = first;
    await app.commands.execute("notebook:run-cell");
  };

  const plugin = {
    id: "designlib-lab:run-workbench",
    autoStart: true,
    activate: (app) => {
      const look = () => {
        const panel = app.shell.currentWidget;
        if (NOTEBOOK.test(panel?.context?.path ?? "")) run(app, panel);
      };
      app.shell.currentChanged.connect(look);
      app.restored.then(look);
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["designlib-lab"] = {
    init: () => {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
