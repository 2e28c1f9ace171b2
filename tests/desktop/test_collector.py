"""Dead widgets are collected on the GUI thread, never where a worker happens to allocate."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from desktop.collector import Collector


class Node:
    """A cycle that only the collector can break."""

    def __init__(self):
        self.me = self


@pytest.fixture
def collector(qapp):
    parent = QObject()
    yield Collector(parent)
    gc.unfreeze()
    parent.deleteLater()


def allocate(kept):
    """Make enough containers to set off any automatic collection, and keep them."""
    kept.extend([number] for number in range(50_000))


def test_a_worker_collects_nothing_and_the_timer_does(collector, qtbot):
    threads, kept = [], []
    node = Node()
    weakref.finalize(node, lambda: threads.append(threading.current_thread()))
    del node
    worker = threading.Thread(target=allocate, args=(kept,))
    worker.start()
    worker.join()
    assert threads == []
    qtbot.waitUntil(lambda: bool(threads), timeout=5_000)
    assert threads == [threading.main_thread()]


def test_it_waits_while_work_goes_on_but_not_for_ever(qapp, monkeypatch):
    parent, gone = QObject(), []
    collector = Collector(parent, lambda: True)
    node = Node()
    weakref.finalize(node, lambda: gone.append(True))
    del node
    kept = []
    allocate(kept)
    collector.collect()
    assert gone == []
    monkeypatch.setattr("desktop.collector.PATIENCE", 0.0)
    collector.collect()
    assert gone == [True]
    gc.unfreeze()
    parent.deleteLater()
