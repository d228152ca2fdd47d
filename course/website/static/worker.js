// Runs the code of one exercise at a time, in Pyodide. The page ends the worker to stop it.
import { loadPyodide } from "./pyodide.mjs";

const MOST = 20_000; // characters that are printed
// What is shown of an error begins in the code of the exercise.
const RUN = `
import linecache, traceback
def run(code):
    linecache.cache["<exercise>"] = len(code), None, code.splitlines(True), "<exercise>"
    try:
        exec(compile(code, "<exercise>", "exec"), {"__name__": "__main__"})
    except SyntaxError as error:
        return "".join(traceback.format_exception_only(error))
    except BaseException as error:
        return "".join(traceback.format_exception(error.with_traceback(error.__traceback__.tb_next)))
run`;

const ready = (async () => {
  const python = await loadPyodide({ stdin: () => null }); // nobody is asked
  return [python, python.runPython(RUN)];
})();
ready.then(() => postMessage({ ready: true }), (error) => postMessage({ failed: String(error) }));

onmessage = async ({ data }) => {
  const [python, run] = await ready.catch(() => []);
  if (!python) return; // the page has been told
  let left = MOST;
  const print = (line) => {
    const text = `${line}\n`.slice(0, Math.max(0, left));
    left -= line.length + 1;
    if (text) postMessage({ text: left < 0 ? `${text} …` : text });
  };
  python.setStdout({ batched: print });
  python.setStderr({ batched: print });
  const problem = run(data);
  if (problem) postMessage({ text: problem.trimEnd() });
  postMessage({ done: true });
};
