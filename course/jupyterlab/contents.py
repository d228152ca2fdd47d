"""The contents manager for translators: files, and views that are virtual notebooks."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from anyio.to_thread import run_sync
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado import web
from traitlets import Unicode, default

from course.formats.course_toml import load_course
from course.formats.strings import say
from course.jupyterlab.copies import Checkpoints, Files
from course.jupyterlab.desk import Desk, Place, about_view
from course.jupyterlab.refusal import Refused
from course.jupyterlab.view import KEY, is_notebook, strip_marks
from course.text import phrase

Model = dict[str, Any]  # of a file, a folder or a view, as in the contents API


@lru_cache
def desk_at(root: str, folder: str) -> Desk:
    """Return the desk of a course and a folder; one instance per pair."""
    return Desk(load_course(Path(root)), Path(folder))


class ViewManager(AsyncLargeFileManager):
    """Serves views at their paths, and files below `root_dir` at all others."""

    course_dir = Unicode(help="the folder of the course").tag(config=True)
    locale = Unicode(help="the language of messages that are about no view").tag(config=True)

    @property
    def desk(self) -> Desk:
        """The desk with the data of the views."""
        return desk_at(self.course_dir, self.root_dir)

    @default("checkpoints_class")
    def _checkpoints_class_default(self) -> type:
        return Checkpoints

    @default("files_handler_class")
    def _files_handler_class_default(self) -> type:
        return Files

    # Paths

    def _get_os_path(self, path: str) -> str:
        """Return the path of a file below the root, with symbolic links resolved for the check."""
        parts = path.strip("/").split("/")
        if any(part in (".", "..") or "\\" in part or "\0" in part for part in parts):
            raise web.HTTPError(404, f"{path!r}: invalid path")
        found: str = super()._get_os_path(path)
        if not Path(found).resolve().is_relative_to(Path(self.root_dir).resolve()):
            raise web.HTTPError(404, f"{path!r} leads out of this folder")
        return found

    def place(self, path: str) -> Place | None:
        """Return the view at a path."""
        return self.desk.places.get(path.strip("/"))

    def is_source(self, path: str) -> bool:
        """Return whether a path is an English notebook, which is read-only."""
        folder, _, name = path.strip("/").partition("/")
        names = {place.name for place in self.desk.places.values()}
        return folder == self.desk.course.source_locale and name in names

    def exists(self, path: str) -> bool:  # type: ignore[override]  # as the first of the parents
        """Return whether there is a file, folder or view; like the parent's, not a coroutine."""
        return self.place(path) is not None or super().exists(path)

    async def file_exists(self, path: str) -> bool:
        """Return whether there is a file or view."""
        return self.place(path) is not None or await super().file_exists(path)

    async def dir_exists(self, path: str) -> bool:
        """Return whether there is a folder."""
        return self.place(path) is None and await super().dir_exists(path)

    async def is_hidden(self, path: str) -> bool:
        """Return whether a file is hidden; views are not."""
        return self.place(path) is None and await super().is_hidden(path)

    def is_writable(self, path: str) -> bool:
        """Return whether a file may be changed; an English notebook may not."""
        place = self.place(path)
        if place:
            return self.desk.writable(place)
        return not self.is_source(path) and super().is_writable(path)

    def say(self, message: str, place: Place | None = None) -> str:
        """Return a message in the language of a view, or of the interface."""
        desk = self.desk
        return say(message, desk.words(place.locale.id if place else self.locale))

    @contextmanager
    def answering(self, place: Place) -> Iterator[None]:
        """Turn a refusal to show or save a view into an HTTP error with one line."""
        with answering(self.desk, place):
            yield

    # Reading

    async def get(
        self,
        path: str,
        content: bool = True,
        type: str | None = None,
        format: str | None = None,
        require_hash: bool = False,
    ) -> Model:
        """Return the model of a file, folder or view."""
        place = self.place(path)
        if place is None:
            model: Model = await super().get(path, content, type, format, require_hash)
            return model
        if type not in (None, "notebook", "file"):
            raise web.HTTPError(400, f"{place.path} is a notebook, not a {type}")
        with self.answering(place):
            model = await run_sync(self.view_model, place, bool(content), require_hash)
            if content:  # code and outputs are the source's, and so is the trust
                trusted = self.notary.check_signature(await run_sync(self.read_source, place))
                self.notary.mark_cells(model["content"], trusted)
        if content and type == "file":
            text = json.dumps(strip_marks(model["content"]), indent=1, ensure_ascii=False)
            model.update(type="file", format="text", content=text + "\n", mimetype="text/plain")
            model["writable"] = False  # read-only in a text editor
        self.emit(data={"action": "get", "path": place.path})
        return model

    def view_model(self, place: Place, content: bool, require_hash: bool) -> Model:
        """Return the model of a view; its hash is that of the notebook that it shows."""
        created, changed = self.desk.times(place)
        model = {
            "name": place.name,
            "path": place.path,
            "type": "notebook",
            "format": "json" if content else None,
            "mimetype": None,
            "content": None,
            "size": None,
            "writable": self.desk.writable(place),
            "created": datetime.fromtimestamp(created, UTC),
            "last_modified": datetime.fromtimestamp(changed, UTC),
            "hash": None,
            "hash_algorithm": None,
        }
        if not content and not require_hash:
            return model
        source = self.read_source(place)
        view = self.desk.view(place, source)
        if require_hash:
            serialised = json.dumps(view, sort_keys=True).encode("utf-8")
            model.update(hash=hashlib.sha256(serialised).hexdigest(), hash_algorithm="sha256")
        if content:
            view["metadata"][KEY]["view"] = secrets.token_hex(8)
            model["content"] = nbformat.from_dict(view)
            self.validate_notebook_model(model)
        return model

    def read_source(self, place: Place) -> dict[str, Any]:
        """Return the source notebook as in the contents API, with all sources as joined strings."""
        path = self.desk.notebook_path(place)
        try:
            source: Model = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        except (OSError, ValueError) as error:
            raise Refused(409, f"{path.name}: {type(error).__name__}; restore the file") from None
        return source

    async def _dir_model(self, path: str, content: bool = True) -> Model:
        """Return the model of a folder, with the views in it."""
        model: Model = await super()._dir_model(path, content)
        if content:
            folder = path.strip("/")
            places = [place for place in self.desk.places.values() if place.locale.id == folder]
            names = {place.name for place in places}
            model["content"] = [entry for entry in model["content"] if entry["name"] not in names]
            for place in places:
                with suppress(Refused):  # a removed notebook; opening its view reports it
                    model["content"].append(self.view_model(place, False, False))
        return model

    # Writing

    async def save(self, model: Model, path: str = "") -> Model:
        """Save a file, or the changes in a view; a view at another path becomes a file."""
        path = path.strip("/")
        place = self.place(path)
        if place is None:
            self.refuse_source(path)
            folder = path.rpartition("/")[0]
            if not await self.dir_exists(folder):
                raise web.HTTPError(404, f"{folder}: no such folder")
            content = model.get("content")
            if is_notebook(content) and about_view(content):
                model = {**model, "content": strip_marks(content)}
            saved: Model = await super().save(model, path)
            return saved
        content = model.get("content")
        if model.get("type") != "notebook" or "chunk" in model:
            content = {"cells": [], "metadata": {}}  # is refused with a remedy
        if not is_notebook(content):
            refusal = phrase("{file}: not a notebook; nothing was saved", file=path)
            raise web.HTTPError(400, self.say(refusal, place))
        with self.answering(place):
            await run_sync(self.desk.save, place, content)
            saved = await run_sync(self.view_model, place, False, False)
        self.emit(data={"action": "save", "path": path})
        return saved

    async def trust_notebook(self, path: str) -> None:
        """Trust a file, or the code and outputs of a view, which are the source's."""
        place = self.place(path)
        if place is None:
            await super().trust_notebook(path)
            return
        with self.answering(place):
            self.notary.sign(await run_sync(self.read_source, place))

    async def delete_file(self, path: str) -> None:
        """Delete a file or folder that no view needs."""
        self.refuse_change(path, "{view} shows {file} and can't be deleted here")
        await super().delete_file(path)

    async def rename_file(self, old_path: str, new_path: str) -> None:
        """Rename a file or folder that no view needs."""
        shows = "{view} shows {file} and can't be"
        self.refuse_change(old_path, f"{shows} renamed or moved here; duplicate it instead")
        self.refuse_change(new_path, f"{shows} replaced by another file; choose another name")
        await super().rename_file(old_path, new_path)

    def refuse_source(self, path: str) -> None:
        """Refuse to change an English notebook."""
        if self.is_source(path):
            name = path.strip("/").rpartition("/")[2]
            refusal = phrase(
                "{path} is a read-only original notebook; change notebooks/{name} instead",
                path=path,
                name=name,
            )
            raise web.HTTPError(403, self.say(refusal))

    def refuse_change(self, path: str, template: str) -> None:
        """Refuse to change a view, an English notebook, or their folders.

        The template is of the refusal for a view, with `view` and `file`. The status is not 409,
        for which JupyterLab would offer to overwrite the file.
        """
        path = path.strip("/")
        place = self.place(path)
        if place:
            file = self.desk.translation_path(place).relative_to(self.desk.course.root)
            refusal = phrase(template, view=path, file=file.as_posix())
            raise web.HTTPError(403, self.say(refusal, place))
        if path in {locale.id for locale in self.desk.course.locales}:
            holds = "{path} holds lessons of the course and can't be changed here"
            raise web.HTTPError(403, self.say(phrase(holds, path=path)))
        self.refuse_source(path)

    async def _copy_dir(
        self, from_path: str, to_path_original: str, to_name: str, to_path: str
    ) -> Model:
        """Copy a folder, with its views as ordinary notebooks."""
        model: Model = await super()._copy_dir(from_path, to_path_original, to_name, to_path)
        for place in self.desk.places.values():
            if place.locale.id == from_path.strip("/"):
                view = await self.get(place.path)
                content = {key: view[key] for key in ("type", "format", "content")}
                await self.save(content, f"{to_path}/{place.name}")
        return model


@contextmanager
def answering(desk: Desk, place: Place) -> Iterator[None]:
    """Turn a refusal to show or save a view into an HTTP error: one line, in its language."""
    try:
        yield
    except Refused as error:
        line = say(error.args[0], desk.words(place.locale.id))
        raise web.HTTPError(error.status, line) from None
