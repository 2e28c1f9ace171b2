"""The files of an incident, as a desk lists them."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.domain.attachments import BY_MEDIA, clean_name
from db.domain.incidents import Attachment
from db.store.driver import Connection
from db.store.envelopes import open_document


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """One attached file. `name` is empty where this site may not read it or it was erased."""

    blob: str
    size: int
    media: str
    at: int
    actor_name: str
    name: str

    @property
    def family(self) -> str:
        """image, sound or document; a type of a newer program counts as a document."""
        known = BY_MEDIA.get(self.media)
        return known.family if known else "document"


def attachment_rows(
    connection: Connection, attachments: Sequence[Attachment]
) -> tuple[AttachmentRow, ...]:
    """Return files with their names, in the order they came."""
    return tuple(
        AttachmentRow(
            item.blob,
            item.size,
            item.media,
            item.at,
            item.actor_name,
            _name(connection, item.envelope),
        )
        for item in attachments
    )


def _name(connection: Connection, envelope: str) -> str:
    document = open_document(connection, envelope)
    # Another program may have sealed anything: a name is made harmless again where it is read.
    return clean_name(document.get("name", "")) if document else ""
