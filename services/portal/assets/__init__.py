"""What pages load: the design system's compiled files and our own, under one address that changes when they do.

Everything below `/assets/<build>/` may be kept for a year by every browser, because another build has another address.
"""

import gzip
import hashlib
import mimetypes
from functools import cached_property
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from services.portal.assets.pruning import prune

_PORTAL = Path(__file__).parent.parent
_DESIGN = _PORTAL.parent.parent / "node_modules" / "@uswds" / "uswds" / "dist"
_FOREVER = "public, max-age=31536000, immutable"
_TEXTS = {"css/pages.css": "text/css", "js/pages.js": "text/javascript"}


class DesignMissing(RuntimeError):
    """The design system's files are not there."""

    def __init__(self) -> None:
        super().__init__("The pages' style is missing: run `npm ci` (or `make up`) first.")


class Assets:
    """The files of one build."""

    def __init__(self, design: Path = _DESIGN) -> None:
        if not (design / "css").is_dir():
            raise DesignMissing
        self._design = design

    @cached_property
    def build(self) -> str:
        """The build's name: a digest of all that is ours to change, and of the design system's style."""
        digest = hashlib.sha256()
        for text in self._texts.values():
            digest.update(text)
        return digest.hexdigest()[:12]

    def address(self, path: str) -> str:
        """Where pages find a file."""
        return f"/assets/{self.build}/{path}"

    async def answer(self, request: Request) -> Response:
        """The file at an address of this build, or of an earlier one that a page still names."""
        path = request.path_params["path"]
        headers = {"Cache-Control": _FOREVER}
        if path in _TEXTS:
            return self._text(path, request, headers)
        file = (self._design / path).resolve()
        if not file.is_relative_to(self._design) or path.split("/")[0] not in ("img", "fonts") or not file.is_file():
            raise HTTPException(404)
        return FileResponse(file, media_type=mimetypes.guess_type(file.name)[0], headers=headers)

    def _text(self, path: str, request: Request, headers: dict[str, str]) -> Response:
        body = self._texts[path]
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = self._packed[path]
        return Response(body, headers=headers, media_type=_TEXTS[path])

    @cached_property
    def _texts(self) -> dict[str, bytes]:
        """The style, cut down to what our templates use, and our script."""
        design = (self._design / "css" / "uswds.min.css").read_text()
        own = (_PORTAL / "static" / "pages.css").read_text()
        script = (_PORTAL / "static" / "pages.js").read_bytes()
        return {"css/pages.css": (prune(design, self._used(own)) + own).encode(), "js/pages.js": script}

    @cached_property
    def _packed(self) -> dict[str, bytes]:
        return {path: gzip.compress(text, 9) for path, text in self._texts.items()}

    @staticmethod
    def _used(own: str) -> str:
        """Every text in which a class may be named."""
        templates = sorted((_PORTAL / "templates").rglob("*.html"))
        views = sorted(_PORTAL.rglob("*.py"))
        return "\n".join([own, *(file.read_text() for file in (*templates, *views))])
