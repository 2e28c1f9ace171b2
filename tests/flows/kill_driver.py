"""A window that takes decisions by key until it is killed, saying each one it was told is done."""

import itertools
import sys
from pathlib import Path

from desktop.app import open_session
from desktop.play import Player


def main() -> None:
    session = open_session(Path(sys.argv[1]))
    player = Player(session)
    session.window.show()
    session.window.activateWindow()
    player.until(lambda: player.desk.detail is not None, "the queue")
    told = []
    session.duty.told.connect(lambda kind, *_: told.append(kind))
    for number in itertools.count():
        text = f"{sys.argv[2]}号第{number}条"
        told.clear()
        player.press("T")
        player.until(lambda: player.desk.form.action == "note", "the form")
        player.type(text)
        player.press("Return")
        player.until(lambda: "ok" in told, "the acknowledgement")
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
