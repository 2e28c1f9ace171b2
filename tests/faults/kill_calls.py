"""Counts the calls that change files, and ends the process at one of them or soon after it.

SQLite lets its calls to the system be replaced; the library this program opens its file with has
the functions for that. What Python itself writes is seen by a profiling function. A write may be
cut in its middle: a kill does that to a write over two pages.
"""

import ctypes
import os
import signal
import sys

from sqlcipher3 import _sqlite3  # noqa: TID251 - the library itself, not a connection

PYTHON_CALLS = {"open", "write", "flush", "fsync", "replace", "unlink", "ftruncate"}

_WRITE = ctypes.CFUNCTYPE(
    ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64
)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int64)
_UNLINK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p)
_SET = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
_GET = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("methods", ctypes.c_void_p * 13),  # xOpen … xCurrentTimeInt64
        ("set_call", _SET),
        ("get_call", _GET),
    )


class Calls:
    """Counts from now on; at call number `last` the process dies, `torn` in the midst of it.

    Or it goes on from there, and dies `delay` seconds later.
    """

    def __init__(self, last=0, torn=False, delay=0.0):
        self.count = 0
        self._last = last
        self._torn = torn
        self._delay = delay
        self._kept = []
        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        self._vfs = library.sqlite3_vfs_find(None)
        for name in (b"pwrite", b"pwrite64"):
            self._replace(name, _WRITE, self._writing)
        self._replace(b"ftruncate", _TRUNCATE, self._calling)
        self._replace(b"unlink", _UNLINK, self._calling)
        sys.setprofile(self._python)

    def _replace(self, name, kind, around):
        address = self._vfs.contents.get_call(self._vfs, name)
        if not address:
            return
        real = kind(address)
        mine = kind(lambda *given: around(real, *given))
        self._kept += (real, mine)
        self._vfs.contents.set_call(self._vfs, name, ctypes.cast(mine, ctypes.c_void_p))

    def _writing(self, real, file, data, size, at):
        if self._is_last():
            if self._torn and not self._delay:
                real(file, data, size // 2, at)
            self._die()
        return real(file, data, size, at)

    def _calling(self, real, *given):
        if self._is_last():
            self._die()
        return real(*given)

    def _python(self, frame, event, argument):
        if event == "c_call" and argument.__name__ in PYTHON_CALLS and self._is_last():
            self._die()

    def _is_last(self):
        self.count += 1
        return self.count == self._last

    def _die(self):
        if self._delay:
            # Nothing of Python's is told of this signal: it ends the process wherever that is.
            signal.setitimer(signal.ITIMER_REAL, self._delay)
        else:
            os.kill(os.getpid(), signal.SIGKILL)
