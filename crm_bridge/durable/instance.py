"""Which of the bridge's processes this is: the first name that no living process has.

DBOS gives a process its unfinished works back by its name, and two processes of one name
would both run them. A name is held by a lock on a file, which the system lets go of when
the process ends, however it ends: whoever is started next gets the name and its works.
"""

import fcntl
import os
from pathlib import Path

MOST = 64


class Instance:
    """A name ("bridge-1") held for as long as this object is not let go."""

    def __init__(self, folder: Path, prefix: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, MOST + 1):
            self.name = f"{prefix}-{number}"
            self._file = os.open(folder / f"{self.name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(self._file)
            else:
                return
        raise RuntimeError(f"{MOST} processes named {prefix}-… are running")

    def let_go(self) -> None:
        """Free the name for another process."""
        os.close(self._file)
