"""What stands beside the queue: one incident in full, and every decision on it."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from db.store.queries.attachments import AttachmentRow
from db.store.queries.incidents import Detail
from desktop.classing import Classing
from desktop.context import AppContext
from desktop.decisions.bulk import Bulk
from desktop.decisions.claiming import Claiming
from desktop.decisions.deciding import MARKED, Deciding
from desktop.decisions.form import DecisionForm
from desktop.decisions.live import standing
from desktop.decisions.looking import Looking
from desktop.decisions.many import Many
from desktop.decisions.settling import Settling
from desktop.decisions.taking_back import TakingBack
from desktop.screens.triage.attach_bar import AttachBar
from desktop.screens.triage.detail import DetailPanel
from desktop.screens.triage.duplicates import Duplicates
from desktop.screens.triage.more import MoreList
from desktop.screens.triage.pictures import FORMATS, Pictures


class Beside(QWidget):
    """The panel, the form above it, and what works behind them; the screen ties them together.

    Of `duplicates` only the bar stands here, its `page` takes the room of the queue.
    """

    def __init__(self, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.classing = Classing(context, self)
        self.pictures = Pictures(context, self)
        self.panel = DetailPanel(self.pictures, self)
        self.more = MoreList(self)
        self.duplicates = Duplicates(context, self)
        self.attach_bar = AttachBar(context, self)
        self.form = DecisionForm(self)
        self.deciding = Deciding(context, self.form, self, self.classing.suggester)
        self.settling = Settling(context, self.form, self)
        self.looking = Looking(context, self.form, self)
        self.many = Many(context, self)
        self.bulk = Bulk(context, self.form, self.many, self)
        self.taking_back = TakingBack(context, self.many, self)
        self.claiming = Claiming(context, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.form)
        layout.addWidget(self.many.bar)
        layout.addWidget(self.attach_bar)
        layout.addWidget(self.duplicates.bar)
        layout.addWidget(self.more, 1)
        layout.addWidget(self.panel, 1)

    @property
    def is_about_one(self) -> bool:
        """Whether the form is open for the incident under the cursor, not for a new one or many."""
        return self.form.is_open and self.form.subject not in ("", MARKED)

    def show_standing(self, detail: Detail) -> None:
        """Say in the list of all actions what is possible with an incident."""
        self.more.show_standing(standing(detail, self._context.duty.actor))

    def pictures_of(self, detail: Detail) -> list[AttachmentRow]:
        """Return the attachments of an incident that can be looked at here."""
        return [item for item in detail.attachments if item.media in FORMATS and item.name]
