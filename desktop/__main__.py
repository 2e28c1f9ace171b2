"""The `griddesk` command: without a sub-command the window, else a headless tool.

The window's way in imports neither click nor any command: a start is watched by a stopwatch.
"""

import gc
import sys


def main() -> int:
    """Run the command line and return its exit code (0 done, 1 refused, 2 usage, 3 environment)."""
    _dump_no_memory()
    arguments = sys.argv[1:]
    if not arguments or arguments == ["--until-painted"]:
        # What a start makes stays: looking for garbage in it took a tenth of the time until the
        # first paint. The collector of the window takes over from here.
        gc.disable()
        from desktop.app import run_window

        return run_window(until_painted=bool(arguments))
    if arguments[0] == "key-agent":
        from db.store.keyagent import main as serve_key_store

        return serve_key_store()
    from desktop.cli import run

    return run(arguments)


def _dump_no_memory() -> None:
    """Let no crash write keys and open texts from memory to the disk."""
    if sys.platform != "win32":
        import resource  # POSIX only

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
