"""Files written as one: a folder that appears complete or not at all."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_files(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write files into a new folder that appears complete or not at all; one that is there is replaced."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in files.items():
            path = unfinished / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        unfinished.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        unfinished.replace(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return folder
