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
