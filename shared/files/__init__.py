"""Documents and uploads by the hash of their content: the same bytes are kept once, and never change."""

from shared.files.store import Files, FileUnknown

__all__ = ["FileUnknown", "Files"]
