"""An open file that one program at a time may hold; the system lets go of it when the holder ends, however it ends."""

import os
import sys

if sys.platform == "win32":
    import msvcrt

    def hold(number: int) -> None:
        """Hold the open file, or OSError at once while somebody else does."""
        os.lseek(number, 1 << 40, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        os.lseek(number, 0, os.SEEK_SET)
else:
    import fcntl

    def hold(number: int) -> None:
        """Hold the open file, or OSError at once while somebody else does."""
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
