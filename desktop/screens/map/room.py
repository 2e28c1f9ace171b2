"""The map with all that stands round it. Imports pyqtgraph: the screen loads it in a worker."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from db.domain.geometry import PointE6
from db.store.changes import Changes
from db.store.lists import policy_at
from db.store.queries.ground import IncidentPlace, incident_place
from db.store.queries.queue import QueueFilter, QueueRow, queue_rows
from desktop.actions import bind
from desktop.context import WARN, AppContext, Narrowed, Picked
from desktop.delegates.queue_row import accessible_text
from desktop.i18n import describe
from desktop.language import say
from desktop.layouts import KeptLayout
from desktop.override import override
from desktop.screens.map.bar import BORDERS, TILES, MapBar
from desktop.screens.map.import_panel import ImportPanel
from desktop.screens.map.side import MapSide
from desktop.tiles import Ground as ChosenTiles
from desktop.tiles import chosen_tiles
from desktop.widgets.map_canvas import MapCanvas
from desktop.widgets.map_feed import MapFeed
from desktop.widgets.map_legend import MapLegend
from desktop.widgets.map_picture import INCIDENTS, LAYERS, Chosen, Spot
from desktop.widgets.map_reading import Reading, Wanted
from desktop.widgets.map_shapes import CIRCLE, OUTLINE, Circle, Shape, length_text
from desktop.widgets.map_tiles import TileLayer
from desktop.widgets.own_keys import claims_key

NEAR_M = 1_500
"""Metres across at which one incident is looked at."""
_MARGIN = 12
_LEGEND_PART = 0.45
"""How much of the map's width the whole legend may take."""


class MapRoom(QWidget):
    """Bar above, map, side. What is chosen on the map is listed beside it."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._chosen = Chosen()
        self._asked: int | None = None
        self.bar = MapBar()
        self.canvas = MapCanvas(self.tr("地图"))
        self.legend = MapLegend()
        self.side = MapSide(context)
        self.message = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.again = QPushButton(self.tr("再试一次"))
        self._notice = QFrame()
        self._import: ImportPanel | None = None
        self._tiles: TileLayer | None = None
        # Before the feed, which reads anew what is chosen by then.
        context.duty.switched.connect(self._on_switched)
        self.feed = MapFeed(context, self.canvas, self._wanted, self)
        self._build()
        self._connect()
        self._load_lists()
        self._load_tiles()
        self.feed.refresh()

    def show_incident(self, rid: int) -> None:
        """Look at one incident; where it has no point, at the grid it lies in."""
        if self.feed.reading is None:
            self._asked = rid
            return
        store, scope = self._context.store, self._context.duty.scope
        self._context.runner.read(
            lambda: store.read(lambda c: incident_place(c, scope, rid)),
            self._on_place,
            self._context.duty.tell_error,
            "map_incident",
            self,
        )

    def refresh(self) -> None:
        """Read again."""
        self.feed.refresh()

    @override
    def event(self, event: QEvent) -> bool:
        return claims_key(event, self._is_own_key) or super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F5:
            self.refresh()
        elif event.key() == Qt.Key.Key_Escape and self._chosen != Chosen():
            self._choose(Chosen())
        else:
            super().keyPressEvent(event)

    def _is_own_key(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        is_back = event.key() == Qt.Key.Key_Escape and self._chosen != Chosen()
        return is_back or event.key() == Qt.Key.Key_F5

    def _wanted(self) -> Wanted:
        measure = str(self.bar.measure.currentData())
        return Wanted(measure, self.bar.only_picked(), self._chosen)

    def _build(self) -> None:
        self.bar.setProperty("role", "bar")
        self._notice.setProperty("role", "card")
        inner = QVBoxLayout(self._notice)
        inner.addWidget(self.message)
        inner.addWidget(self.again)
        self._notice.hide()
        picture = QWidget()
        cells = QGridLayout(picture)
        cells.setContentsMargins(0, 0, 0, 0)
        cells.addWidget(self.canvas, 0, 0, 3, 3)
        holder = QVBoxLayout()
        holder.setContentsMargins(_MARGIN, 0, 0, _MARGIN)
        holder.addWidget(self.legend)
        cells.addLayout(holder, 2, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        cells.addWidget(self._notice, 1, 1, Qt.AlignmentFlag.AlignCenter)
        for at in (0, 2):
            cells.setRowStretch(at, 1)
            cells.setColumnStretch(at, 1)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.addWidget(picture)
        self._beside = QStackedWidget()
        self._beside.addWidget(self.side)
        parts.addWidget(self._beside)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 1)
        width = self.fontMetrics().horizontalAdvance("汉")
        self._beside.setMinimumWidth(width * 18)
        KeptLayout(self._context, parts, "map", (width * 70, width * 26))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(parts, 1)
        self.setFocusProxy(self.canvas)
        self._legend_width = self.legend.sizeHint().width()
        self.canvas.inset = self._legend_width + _MARGIN

    def _connect(self) -> None:
        self._context.duty.changed.connect(self._on_changed)
        self.feed.read.connect(self._on_read)
        self.feed.failed.connect(self._on_failed)
        self.again.clicked.connect(self.refresh)
        self.bar.changed.connect(self.feed.refresh)
        self.bar.switched.connect(self._show_layers)
        self.bar.tool_asked.connect(self.canvas.start_tool)
        self.bar.all_asked.connect(self.canvas.show_all)
        self.canvas.tool_changed.connect(self.bar.show_tool)
        self.canvas.picked.connect(self._on_picked)
        self.canvas.pointed.connect(self._on_pointed)
        self.canvas.opened.connect(self._open)
        self.canvas.drawn.connect(self._on_drawn)
        self.canvas.moved.connect(self._show_legend)
        self.bar.import_asked.connect(self._show_import)
        bind(self.canvas, "map_circle", partial(self.canvas.start_tool, CIRCLE))
        bind(self.canvas, "map_outline", partial(self.canvas.start_tool, OUTLINE))
        bind(self.canvas, "map_whole", self.canvas.show_all)
        self.side.opened.connect(self._open)
        self.side.desk_asked.connect(self._ask_desk)
        self.side.nowhere_asked.connect(self._choose_nowhere)

    def _load_lists(self) -> None:
        store, now = self._context.store, self._context.clock()
        self._context.runner.read(
            lambda: store.read(lambda c: policy_at(c, now)),
            self.bar.offer,
            None,
            "map_lists",
            self,
        )

    @Slot()
    def _load_tiles(self) -> None:
        """Open the raster map of this workstation, if it has one."""
        home = self._context.store.home
        self._context.runner.job(
            lambda: chosen_tiles(home), self._on_tiles, self._on_no_tiles, self
        )

    def _on_tiles(self, found: ChosenTiles | None) -> None:
        if self._tiles is not None:
            self._tiles.close()
            self._tiles.deleteLater()
            self._tiles = None
        if found is not None:
            self._tiles = TileLayer(self._context.runner, found.tiles, found.crs, self)
            self._tiles.changed.connect(self.canvas.redraw)
            self._tiles.failed.connect(self._on_tiles_failed)
        self.bar.offer_tiles(found is not None)
        self._show_layers()

    @Slot()
    def _on_tiles_failed(self) -> None:
        title = self.tr("底图里的图块画不出来")
        hint = self.tr("不是图片，或已损坏；地图照常使用，请换一份底图")
        self._context.duty.tell(WARN, title, hint)

    def _on_no_tiles(self, error: Exception) -> None:
        self._context.duty.tell_error(error)
        self._on_tiles(None)

    @Slot()
    def _show_import(self) -> None:
        """Show what brings data in, instead of the list."""
        if self._import is None:
            self._import = ImportPanel(self._context)
            self._import.closed.connect(self._hide_import)
            self._import.applied.connect(self._on_applied)
            self._beside.addWidget(self._import)
        self._beside.setCurrentWidget(self._import)
        self._import.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _hide_import(self) -> None:
        self._beside.setCurrentWidget(self.side)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _on_applied(self, kind: str) -> None:
        if kind == TILES:
            self._load_tiles()

    def _choose(self, chosen: Chosen) -> None:
        self._chosen = chosen
        self.canvas.set_chosen(chosen)
        self.feed.refresh()

    @Slot(object)
    def _on_read(self, reading: Reading) -> None:
        self.side.show_reading(reading, self._title(reading))
        self._show_legend()
        if self._asked is not None:
            asked, self._asked = self._asked, None
            self.show_incident(asked)
        if reading.ground.is_empty and reading.total:
            self._tell(self.tr("没有网格边界，只显示有坐标的事件。导入边界后按网格计数、着色。"))
        elif reading.ground.is_empty:
            self._tell(self.tr("没有网格边界，也没有待办事件。边界用 GeoJSON 文件导入。"))
        else:
            self._notice.hide()

    def _title(self, reading: Reading) -> str:
        """Return in words what is chosen, empty for nothing."""
        chosen, count = reading.wanted.chosen, len(reading.chosen)
        if chosen.area:
            return self.tr("{} · 待办 {} 件").format(
                reading.ground.names.get(chosen.area, ""), count
            )
        if chosen.shape is not None:
            title = self.tr("{} · {} 件").format(_shape_words(chosen.shape), count)
            lost = reading.beside
            return title + self.tr("，所及网格另有 {} 件无坐标").format(lost) if lost else title
        return self.tr("选中 {} 件").format(count) if chosen.rids else ""

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        title, hint = describe(error)
        self._tell(f"{title}。{hint}", is_error=True)

    def _tell(self, text: str, *, is_error: bool = False) -> None:
        self.message.setText(text)
        self.again.setVisible(is_error)
        self._notice.show()

    @Slot()
    def _show_legend(self) -> None:
        reading = self.feed.reading
        if reading is not None:
            self.legend.set_brief(self._legend_width > self.canvas.width() * _LEGEND_PART)
            self.legend.show_fill(self.bar.title(), reading.fill, is_near=self.canvas.is_near)

    @Slot()
    def _show_layers(self) -> None:
        self.canvas.set_hidden([name for name in LAYERS if not self.bar.is_shown(name)])
        self.canvas.set_borders(self.bar.is_shown(BORDERS))
        has_tiles = self._tiles is not None and self.bar.is_shown(TILES)
        self.canvas.set_background(self._tiles.paint if has_tiles and self._tiles else None)

    @Slot(object)
    def _on_picked(self, spot: Spot) -> None:
        if spot.layer == INCIDENTS:
            self._choose(Chosen(rids=frozenset(spot.keys)))
        else:
            self._choose(Chosen(area=spot.area))

    @Slot(object)
    def _on_drawn(self, shape: Shape) -> None:
        self._choose(Chosen(shape=shape))

    @Slot()
    def _choose_nowhere(self) -> None:
        if self.feed.reading is not None:
            self._choose(Chosen(rids=frozenset(self.feed.reading.nowhere)))

    @Slot(object)
    def _on_pointed(self, spot: Spot) -> None:
        """Tell what a spot is; of incidents read what they are."""
        reading = self.feed.reading
        if reading is None:
            return
        if spot.layer != INCIDENTS:
            texts = [reading.texts[spot.layer][key] for key in spot.keys]
            self.canvas.say(spot, "\n".join(texts) or reading.cell_text(spot.area))
            return
        store, scope = self._context.store, self._context.duty.scope
        self._context.runner.read(
            lambda: store.read(lambda c: queue_rows(c, scope, spot.keys[:_TOLD])),
            partial(self._say_rows, spot),
            None,
            "map_spot",
            self,
        )

    def _say_rows(self, spot: Spot, rows: list[QueueRow | None]) -> None:
        now = self._context.clock()
        lines = [accessible_text(row, now) for row in rows if row is not None]
        if len(spot.keys) > 1:
            lines.insert(0, self.tr("此处 {} 件").format(len(spot.keys)))
        self.canvas.say(spot, "\n".join(lines))

    @Slot(object)
    def _open(self, rid: int) -> None:
        """Go to the desk with one incident."""
        store, scope = self._context.store, self._context.duty.scope
        self._context.runner.read(
            lambda: store.read(lambda c: queue_rows(c, scope, [rid])),
            self._on_opened,
            self._context.duty.tell_error,
            "map_open",
            self,
        )

    def _on_opened(self, rows: list[QueueRow | None]) -> None:
        if rows[0] is not None:
            self._context.duty.asked_for.emit("desk", rows[0].number)

    @Slot()
    def _ask_desk(self) -> None:
        """Go to the desk with what is chosen: a grid as a filter that goes on, else these."""
        reading, area = self.feed.reading, self._chosen.area
        if reading is None:
            return
        only = reading.wanted.only
        if area:
            states = (only.state,) if only.state else ()
            wanted: object = Narrowed(
                QueueFilter(
                    states=states, platform=only.platform, class_code=only.class_code, area=area
                ),
                self._title(reading),
            )
        else:
            wanted = Picked(self.side.rids, self._title(reading))
        self._context.duty.asked_for.emit("desk", wanted)

    def _on_place(self, place: IncidentPlace | None) -> None:
        tell = self._context.duty.tell
        if place is None:
            tell(WARN, self.tr("这件事件现在看不到"), self.tr("可能不在您的范围内"))
            return
        ground = self.canvas.ground
        chosen = Chosen(rids=frozenset({place.rid}))
        if place.lon_e6 is not None and place.lat_e6 is not None:
            point: PointE6 = (place.lon_e6, place.lat_e6)
            self.canvas.centre_on(ground.plane.x(point[0]), ground.plane.y(point[1]), NEAR_M)
            chosen = replace(chosen, target=point)
        elif cell := ground.cell_of(place.area_code):
            x, y = ground.cells.anchors[ground.index[cell]]
            self.canvas.centre_on(float(x), float(y), 2 * NEAR_M)
            tell(WARN, self.tr("这件没有坐标"), self.tr("显示它所在的网格"))
        else:
            tell(WARN, self.tr("这件没有坐标也没有网格"), self.tr("在值班台受理时定网格"))
        self._choose(chosen)

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if "list" in changes.subjects:
            self._load_lists()

    @Slot()
    def _on_switched(self) -> None:
        # What one person may see and chose is not the next one's.
        for key in ("map_incident", "map_spot", "map_open"):
            self._context.runner.cancel(key)
        self._chosen, self._asked = Chosen(), None
        self.side.forget()


_TOLD = 5
"""Incidents told of in a tip."""


def _shape_words(shape: Shape) -> str:
    if isinstance(shape, Circle):
        return say("半径 {}内").format(length_text(shape.metres))
    return say("多边形内")
