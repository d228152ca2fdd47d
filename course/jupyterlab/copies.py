"""Copies of views: checkpoints and downloaded notebooks."""

import json
import secrets
from collections.abc import Awaitable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import AuthenticatedFileHandler
from jupyter_server.services.contents.filecheckpoints import AsyncGenericFileCheckpoints
from tornado import web
from traitlets import default

from course.jupyterlab.view import KEY, NOTE, PROSE, strip_marks

if TYPE_CHECKING:
    from course.jupyterlab.contents import ViewManager


class Checkpoints(AsyncGenericFileCheckpoints):
    """Stores checkpoints in a folder of the workspace, not beside the files."""

    checkpoint_dir = ""

    @default("root_dir")
    def _root_dir_default(self) -> str:
        return str(Path(cast("ViewManager", self.parent).root_dir) / ".checkpoints")

    def checkpoint_path(self, checkpoint_id: str, path: str) -> str:
        """Return the path of a checkpoint, after creating its folder."""
        folder = path.strip("/").rpartition("/")[0]
        Path(self._get_os_path(folder)).mkdir(parents=True, exist_ok=True)
        return str(super().checkpoint_path(checkpoint_id, path))

    async def restore_checkpoint(
        self, contents_mgr: "ViewManager", checkpoint_id: str, path: str
    ) -> None:
        """Restore a file, or the prose of a view; replaced prose is kept."""
        if path.strip("/") not in contents_mgr.desk.places:
            await super().restore_checkpoint(contents_mgr, checkpoint_id, path)
            return
        model = await self.get_notebook_checkpoint(checkpoint_id, path)
        for cell in model["content"]["cells"]:
            mark = cell["metadata"].get(KEY, {})
            if mark.get("kind") in (PROSE, NOTE):
                mark["base"] = ""  # matches no text, so that the current one is kept
        about = model["content"]["metadata"].get(KEY, {})
        about |= {"view": secrets.token_hex(8), "notes": {}}
        await contents_mgr.save(model, path)


class Files(AuthenticatedFileHandler):
    """Serves files, and views as ordinary notebooks."""

    @web.authenticated
    @authorized
    async def get(  # type: ignore[override]  # as the parent: tornado's decorators hide its signature
        self, path: str, **options: Any
    ) -> None:
        """Send a file."""
        manager = cast("ViewManager", self.contents_manager)
        name = path.strip("/")
        if name not in manager.desk.places:
            manager._get_os_path(name)  # is refused if it is outside of the root
            await cast(Awaitable[None], super().get(path, **options))
            return
        self.check_xsrf_cookie()
        model = await manager.get(name)
        text = json.dumps(strip_marks(model["content"]), indent=1, ensure_ascii=False)
        self.set_attachment_header(name.rpartition("/")[2])
        self.set_header("Content-Type", "application/x-ipynb+json")
        self.finish(text + "\n")
