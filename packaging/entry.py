"""Start of the frozen program: the same command as `griddesk` in a checkout."""

import multiprocessing
import os
import sys


def use_system_libraries_in_helpers() -> None:
    """Let programs we start (a PDF viewer, say) load the system's libraries, not ours."""
    original = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if original is None:
        os.environ.pop("LD_LIBRARY_PATH", None)
    else:
        os.environ["LD_LIBRARY_PATH"] = original


if __name__ == "__main__":
    multiprocessing.freeze_support()
    if sys.platform == "linux":
        use_system_libraries_in_helpers()

    from desktop.__main__ import main

    sys.exit(main())
