// Runs the code of one exercise at a time, in Pyodide. The page ends the worker to stop it.
import { loadPyodide } from "./pyodide.mjs";

const MOST = 20_000; // characters that are printed
// What is shown of an error begins in the code of the exercise.
const RUN = `
import contextlib, io, linecache, traceback
class Output(io.TextIOBase):
    def __init__(self, send):
        self.send = send
    def write(self, text):
        self.send(text)
        return len(text)
def run(code, send):
    linecache.cache["<exercise>"] = len(code), None, code.splitlines(True), "<exercise>"
    output = Output(send)
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            exec(compile(code, "<exercise>", "exec"), {"__name__": "__main__"})
        except SyntaxError as error:
            return "".join(traceback.format_exception_only(error))
        except BaseException as error:
            error.__traceback__ = error.__traceback__.tb_next
            return "".join(traceback.format_exception(error))
run`;

const ready = (async () => {
  const python = await loadPyodide({ stdin: () => null }); // nobody is asked
  return python.runPython(RUN);
})();
ready.then(() => postMessage({ ready: true }), (error) => postMessage({ failed: String(error) }));

onmessage = async ({ data }) => {
  const run = await ready.catch(() => null);
  if (!run) return; // the page has been told
  let left = MOST;
  const problem = run(data, (text) => {
    if (left <= 0) return;
    const shown = text.slice(0, left);
    left -= text.length;
    postMessage({ text: left > 0 ? shown : `${shown} …` });
  });
  if (problem) postMessage({ text: problem.trimEnd() });
  postMessage({ done: true });
};
