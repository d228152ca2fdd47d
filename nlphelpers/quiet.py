"""TensorFlow imported without its greetings.

Its libraries write to the standard error stream of the process while they load, past Python and
whatever `TF_CPP_MIN_LOG_LEVEL` says: seen with TensorFlow 2.21, where that variable silences only
what is logged later.
"""

import os
import sys
import tempfile
from contextlib import contextmanager


def quiet_tensorflow() -> None:
    """Let a later `import tensorflow`, or `import keras`, print nothing but errors (lesson 03).

    With `TF_CPP_MIN_LOG_LEVEL=0` in the environment all is shown. If the import fails, so is what
    it printed.
    """
    shown = os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3") == "0"
    if not shown and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder:
    """Leaves finding TensorFlow to the other finders, and runs it with standard error held back."""

    def find_spec(self, name, path=None, target=None):
        """Return the spec of TensorFlow; of no other module."""
        if name != "tensorflow":
            return None
        others = (other.find_spec for other in sys.meta_path if other is not self)
        spec = next(filter(None, (find(name, path, target) for find in others)), None)
        if spec and spec.loader:
            run = spec.loader.exec_module

            def run_quietly(module):
                with _held_back():
                    run(module)

            spec.loader.exec_module = run_quietly
        return spec


@contextmanager
def _held_back():
    """Keep what is written to file descriptor 2 in a file; show it if an exception is raised."""
    try:
        screen = os.dup(2)
    except OSError:  # a process without standard error
        yield
        return
    with tempfile.TemporaryFile() as kept:
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            kept.seek(0)
            os.write(screen, kept.read())
            raise
        finally:
            os.dup2(screen, 2)
            os.close(screen)
