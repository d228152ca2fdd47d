"""Where `load_dataset` finds AG News, and how it fetches it: whole, once, or not at all.

A server on this machine stands in for the real one; no test asks anything of the network.
"""

import gc
import hashlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pooch
import pytest
import requests  # noqa: F401 - pooch loads it late; a forked process must not have to

from nlphelpers import ag_news
from torchnlp import DataError, load_dataset

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # those sockets

DEMO_LINE = "Using the demo corpus; load_dataset('ag_news') downloads AG News (31 MB).\n"
FILES = {
    name: "".join(f'"{1 + i % 4}","Title {i}","A text of {name}"\n' for i in range(rows)).encode()
    for name, rows in {"train.csv": 400, "test.csv": 40}.items()
}
CHECKSUMS = {name: hashlib.md5(content).hexdigest() for name, content in FILES.items()}


class Mirror(ThreadingHTTPServer):
    """Serves the two files, with a fault of the test's choosing; counts requests."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.requests: list[str] = []
        self.fault = ""
        self.half_sent, self.go_on = threading.Event(), threading.Event()

    def handle_error(self, request, client_address):
        """Stay silent when a client that was killed no longer listens."""


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        mirror, name = self.server, self.path.rpartition("/")[2]
        mirror.requests.append(self.path)
        fault = mirror.fault if mirror.fault.endswith(name) else ""
        content = FILES[name]
        if fault.startswith("missing"):
            return self.send_error(404)
        if fault.startswith("wrong"):
            content = content.replace(b"text", b"test")
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        half = len(content) // 2
        self.wfile.write(content[:half])
        self.wfile.flush()
        mirror.half_sent.set()
        if fault.startswith("cut"):
            return None
        if fault.startswith("slow"):
            mirror.go_on.wait(60)
        self.wfile.write(content[half:])

    def log_message(self, *arguments):
        """Print nothing."""


@pytest.fixture
def mirror(monkeypatch):
    """A server with small files, named in TORCHNLP_MIRROR, whose checksums are those expected."""
    with Mirror() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        monkeypatch.setattr(ag_news, "MD5", CHECKSUMS)
        monkeypatch.setenv("TORCHNLP_MIRROR", server.address)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield server
        server.go_on.set()
        server.shutdown()
        thread.join()
    gc.collect()  # here, where the sockets that pooch leaves open after an error may go


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """The folder of AG News in a user's cache that is empty at first."""
    monkeypatch.delenv("TORCHNLP_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))  # where the cache is on macOS
    folder = Path(pooch.os_cache("nlp-course"), "ag_news")
    assert tmp_path in folder.parents
    return folder


def names_in(folder: Path) -> set[str]:
    """Give the names of all that lies in the cache, the lock apart."""
    return {path.name for path in folder.glob("*")} - {"lock"}


def fill(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)


def refused() -> str:
    with pytest.raises(DataError) as caught:
        load_dataset("ag_news")
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- a download -----------------------------------------------------------------------------


def test_ag_news_is_downloaded_once(mirror, cache, capsys):
    """The first call says what it fetches and from where; the second asks nothing."""
    train, test, *_ = load_dataset("ag_news")
    said = capsys.readouterr()
    assert (len(train), len(test)) == (400, 40)
    assert train[0] == (1, "Title 0 A text of train.csv")
    assert mirror.requests == ["/train.csv", "/test.csv"]
    assert names_in(cache) == {"train.csv", "test.csv"}
    assert said.out == ""
    urls = [f"Downloading {mirror.address}/{name}" for name in FILES]
    assert said.err.splitlines() == urls
    assert load_dataset("ag_news")[0] == train
    assert len(mirror.requests) == 2
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("fault", "reason"), [("cut", ""), ("wrong", "hash"), ("missing", "404")])
def test_a_broken_download_leaves_nothing_and_the_next_succeeds(mirror, cache, fault, reason, name):
    """Cut in the middle, other content, no such file: named with its remedy, then mended."""
    mirror.fault = f"{fault} {name}"
    said = refused()
    assert said.startswith(f"cannot fetch AG News from {mirror.address}: ")
    assert reason in said
    assert "TORCHNLP_MIRROR" in said
    assert "use 'demo'" in said
    whole_before = set() if name == "train.csv" else {"train.csv"}
    assert names_in(cache) == whole_before
    mirror.fault = ""
    assert len(load_dataset("ag_news")[0]) == 400
    assert names_in(cache) == {"train.csv", "test.csv"}
    again = ["/test.csv"] if name == "test.csv" else ["/train.csv", "/test.csv"]
    assert mirror.requests == ["/train.csv", "/test.csv"][: 3 - len(again)] + again


def test_no_server_is_one_clear_error(mirror, cache, monkeypatch):
    """The address that did not answer, and what to do."""
    with Mirror() as closed:
        address = closed.address
    monkeypatch.setenv("TORCHNLP_MIRROR", address + "/")
    said = refused()
    assert said.startswith(f"cannot fetch AG News from {address}: ")
    assert "refused" in said
    assert "check the connection, name a mirror in TORCHNLP_MIRROR, or use 'demo'" in said
    assert names_in(cache) == set()
    monkeypatch.setenv("TORCHNLP_MIRROR", mirror.address + "/")
    assert len(load_dataset("ag_news")[1]) == 40
    assert mirror.requests == ["/train.csv", "/test.csv"]


def test_an_address_that_is_none_is_refused(cache, monkeypatch):
    """A mirror named without `https://`."""
    monkeypatch.setenv("TORCHNLP_MIRROR", "my-mirror")
    assert refused().startswith("cannot fetch AG News from my-mirror: ")
    assert names_in(cache) == set()


def test_without_a_mirror_the_public_home_is_asked(cache, monkeypatch):
    """Both files, by their published checksums; an empty variable names no mirror."""
    asked = []

    def retrieve(url, checksum, name, folder, downloader):
        asked.append((url, checksum))
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(FILES[name])

    monkeypatch.setenv("TORCHNLP_MIRROR", "")
    monkeypatch.setattr(pooch, "retrieve", retrieve)
    load_dataset("ag_news")
    home = "https://raw.githubusercontent.com/mhjabreel/CharCnn_Keras/master/data/ag_news_csv"
    assert asked == [
        (f"{home}/train.csv", "md5:b1a00f826fdfbd249f79597b59e1dc12"),
        (f"{home}/test.csv", "md5:d52ea96a97a2d943681189a97654912d"),
    ]


def test_a_damaged_file_in_the_cache_is_fetched_anew(mirror, cache):
    """The one that is whole stays."""
    fill(cache)
    (cache / "test.csv").write_bytes(FILES["test.csv"][:-5])
    assert len(load_dataset("ag_news")[1]) == 40
    assert mirror.requests == ["/test.csv"]


# --- several processes ------------------------------------------------------------------------


def start_loading(results=None):
    """Start a process that loads AG News and puts the number of its texts."""

    def load():
        train, test, *_ = load_dataset("ag_news")
        results.put((len(train), len(test)))

    process = multiprocessing.get_context("fork").Process(target=load, daemon=True)
    process.start()
    return process


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")  # Python 3.12+
def test_two_processes_at_once_download_once(mirror, cache):
    """The second waits for the first, and both get the texts."""
    mirror.fault = "slow train.csv"
    results = multiprocessing.get_context("fork").SimpleQueue()
    first = start_loading(results)
    assert mirror.half_sent.wait(60)
    second = start_loading(results)
    time.sleep(0.3)
    mirror.go_on.set()
    for process in (first, second):
        process.join(60)
        assert process.exitcode == 0
    assert [results.get(), results.get()] == [(400, 40)] * 2
    assert mirror.requests == ["/train.csv", "/test.csv"]
    assert names_in(cache) == {"train.csv", "test.csv"}


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")  # Python 3.12+
def test_a_process_killed_while_it_downloads_harms_no_later_one(mirror, cache, capfd):
    """What it left is never used, not even by "auto", and is gone after the next download."""
    mirror.fault = "slow train.csv"
    process = start_loading()
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size for path in cache.glob("partial/*")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert names_in(cache) == {"partial"}
    capfd.readouterr()
    load_dataset("auto", train_size=1)
    assert capfd.readouterr().out == DEMO_LINE
    mirror.fault = ""
    assert len(load_dataset("ag_news")[0]) == 400
    assert names_in(cache) == {"train.csv", "test.csv"}


# --- disks ----------------------------------------------------------------------------------


@pytest.fixture
def mounted(run_python, tmp_path):
    """Run code in a Python that alone sees a small disk, mounted with options, on a folder."""
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "true"]).returncode:
        pytest.skip("mounting a small disk for one process needs unshare and leave to use it")

    def run(mount: str, code: str) -> str:
        head = f"import torchnlp; from nlphelpers import ag_news; ag_news.MD5 = {CHECKSUMS!r}\n"
        script = f'{mount} && exec "$@"'
        return run_python(head + code, prefix=("unshare", "-rm", "sh", "-ec", script, "sh"))

    return run


TRY = """
try:
    torchnlp.load_dataset("ag_news")
except torchnlp.DataError as error:
    print(error)
"""


def test_a_full_disk_is_one_clear_error_and_nothing_is_left(mirror, cache, mounted):
    """A disk of 8 kB, really full: the folder, the room that is needed, no half file."""
    cache.mkdir(parents=True)
    out = mounted(
        f"mount -t tmpfs -o size=8k tmpfs {cache}",
        f"{TRY}\nimport os; print(sorted(set(os.listdir({str(cache)!r})) - {{'lock'}}))",
    )
    said, left = out.splitlines()
    assert "No space left on device" in said
    assert said.endswith(f"{cache} needs 32 MB of room and leave to write")
    assert left == "[]"
    assert mirror.requests == ["/train.csv"]


def test_a_cache_that_cannot_be_written_is_one_clear_error_but_serves_when_whole(
    mirror, cache, mounted
):
    """Read-only and empty: refused. Read-only and whole: read, by "auto" too. Nothing is asked."""
    cache.mkdir(parents=True)
    fill(cache / "whole")
    out = mounted(
        f"mount --bind {cache} {cache} && mount -o remount,ro,bind {cache}",
        f"""{TRY}
from pathlib import Path
ag_news.cached = lambda name="": Path({str(cache)!r}, "whole", name)
print(len(torchnlp.load_dataset("ag_news")[0]), len(torchnlp.load_dataset()[1]))
""",
    )
    said, using, lengths = out.splitlines()
    assert "Read-only file system" in said
    assert said.endswith(f"{cache} needs 32 MB of room and leave to write")
    assert using.startswith(f"Using the texts in {cache / 'whole'}; ")
    assert lengths == "400 40"
    assert mirror.requests == []


# --- "auto" ---------------------------------------------------------------------------------


def test_auto_takes_the_folder_that_the_variable_names(
    mirror, cache, news_folder, monkeypatch, capsys
):
    """Before the cache; the one line names it and how to get the other."""
    fill(cache)
    monkeypatch.setenv("TORCHNLP_DATA", str(news_folder))
    assert len(load_dataset()[0]) == 43
    line = f"Using the texts in {news_folder}; load_dataset('demo') gives the demo corpus.\n"
    assert capsys.readouterr() == (line, "")
    assert len(load_dataset("ag_news")[0]) == 43
    assert capsys.readouterr() == ("", "")
    assert mirror.requests == []


def test_a_root_goes_before_the_variable(cache, news_folder, monkeypatch, tmp_path):
    """What is said in the call counts more than what is said outside."""
    monkeypatch.setenv("TORCHNLP_DATA", str(tmp_path / "nowhere"))
    assert len(load_dataset("auto", root=news_folder)[0]) == 43
    assert len(load_dataset("ag_news", root=str(news_folder))[0]) == 43


def test_a_variable_that_names_no_data_is_an_error_and_not_the_demo_corpus(
    mirror, cache, monkeypatch, tmp_path
):
    """Nothing else is taken silently."""
    fill(cache)
    monkeypatch.setenv("TORCHNLP_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match=r"nowhere: no train\.csv; name its folder"):
        load_dataset()
    assert mirror.requests == []


def test_auto_takes_a_whole_cache(mirror, cache, capsys):
    """The texts that were downloaded before."""
    fill(cache)
    train, test, *_ = load_dataset()
    assert (len(train), len(test)) == (400, 40)
    line = f"Using the texts in {cache}; load_dataset('demo') gives the demo corpus.\n"
    assert capsys.readouterr() == (line, "")
    assert mirror.requests == []


@pytest.mark.parametrize("state", ["empty", "damaged", "half"])
def test_auto_takes_the_demo_corpus_where_no_whole_cache_is(mirror, cache, capsys, state):
    """No cache, a damaged file in it, or one file of the two; it asks nothing of any server."""
    if state != "empty":
        fill(cache)
        (cache / "test.csv").write_bytes(b'"1","a","b"\n')
    if state == "half":
        (cache / "test.csv").unlink()
    train, test, *_ = load_dataset(train_size=10)
    assert (len(train), len(test)) == (10, 3000)
    assert capsys.readouterr() == (DEMO_LINE, "")
    assert mirror.requests == []


def test_the_demo_corpus_by_name_says_nothing_and_asks_nothing(mirror, cache, capsys):
    """Only "auto" has to say what it took."""
    fill(cache)
    assert len(load_dataset("demo", train_size=10)[1]) == 3000
    assert capsys.readouterr() == ("", "")
    assert mirror.requests == []
