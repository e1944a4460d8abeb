"""What of a path this user can see; what he cannot is taken for not there."""

from __future__ import annotations

from pathlib import Path


def is_there(path: Path) -> bool:
    """Tell whether this user sees something at *path*."""
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True


def nearest(path: Path) -> Path:
    """Return *path*, or the nearest folder above it that this user sees."""
    while not is_there(path) and path != path.parent:
        path = path.parent
    return path


def real(path: Path) -> Path:
    """Return *path* without links, as far as they lead anywhere."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # links that lead in a circle
        return path


def broken_link(path: Path) -> Path | None:
    """Return the link on the way to *path* that leads nowhere, as to a volume not mounted."""
    while not is_there(path) and path != path.parent:
        try:
            if path.is_symlink():
                return path
        except OSError:
            return None
        path = path.parent
    return None
