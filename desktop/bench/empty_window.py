"""An empty PySide6 window in a fresh process: what any start on this machine costs at least.

Run by its path, so that nothing of the program is imported.
"""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow


def main() -> None:
    """Show a window, paint it, say so, leave."""
    application = QApplication(sys.argv)
    window = QMainWindow()
    window.resize(1440, 900)
    window.show()

    def finish() -> None:
        window.repaint()
        sys.stdout.write("painted\n")
        if sys.platform == "linux":
            sys.stdout.write(f"resident {Path('/proc/self/statm').read_text().split()[1]}\n")
        QApplication.quit()

    QTimer.singleShot(0, finish)
    application.exec()
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
