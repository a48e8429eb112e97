"""Writes reference numbers as compressed JSON whose bytes depend on the numbers alone."""

import gzip
import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "vectors"


def write(name, content):
    """Packs `content` into tests/vectors/`name`; neither the time nor the file's name gets in."""
    text = json.dumps(content, separators=(",", ":")).encode()
    packed = gzip.compress(text, compresslevel=9, mtime=0)
    (FOLDER / name).write_bytes(packed)
    print(f"{name}: {len(text)} bytes, {len(packed)} packed")
