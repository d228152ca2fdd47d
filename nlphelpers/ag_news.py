"""Where AG News lies on this machine, and how it gets there: whole, once, or not at all."""

import errno
import os
import shutil
import sys
from pathlib import Path

import pooch
from filelock import FileLock

from nlphelpers.errors import DataError

HOME = "https://raw.githubusercontent.com/mhjabreel/CharCnn_Keras/master/data/ag_news_csv"
MD5 = {
    "train.csv": "b1a00f826fdfbd249f79597b59e1dc12",
    "test.csv": "d52ea96a97a2d943681189a97654912d",
}


def cached(name: str = "") -> Path:
    """Return where a file of AG News lies in the user's cache; without a name, its folder."""
    return Path(pooch.os_cache("nlp-course"), "ag_news", name)


def is_whole(name: str) -> bool:
    """Tell whether the cache holds a file, and holds the right bytes."""
    return cached(name).is_file() and pooch.file_hash(cached(name), alg="md5") == MD5[name]


def download() -> Path:
    """Fetch what the cache lacks of AG News, and return its folder.

    Files appear there whole or not at all.  Raises: DataError.
    """
    home = (os.environ.get("TORCHNLP_MIRROR") or HOME).rstrip("/")
    pooch.get_logger().setLevel("WARNING")
    fetch = pooch.HTTPDownloader(progressbar=sys.stderr.isatty(), timeout=30)
    folder, partial = cached(), cached("partial")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "lock"):
            try:
                for name in [name for name in MD5 if not is_whole(name)]:
                    url = f"{home}/{name}"
                    print(f"Downloading {url}", file=sys.stderr)
                    pooch.retrieve(url, f"md5:{MD5[name]}", name, partial, downloader=fetch)
                    os.replace(partial / name, folder / name)
            finally:
                shutil.rmtree(partial, ignore_errors=True)  # and what a killed download left
    except (OSError, ValueError) as error:
        remedy = "check the connection, name a mirror in TORCHNLP_MIRROR, or use 'demo'"
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS):
            remedy = f"{folder} needs 32 MB of room and leave to write"
        reason = " ".join(str(error).split())
        raise DataError(f"cannot fetch AG News from {home}: {reason}; {remedy}") from None
    return folder
