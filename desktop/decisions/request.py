"""What a decision form is asked to show."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.domain.rules.base import FieldSpec
from desktop.widgets.fields import Choice


@dataclass(frozen=True, slots=True)
class Choices:
    """What the pick fields offer, whatever the decision."""

    areas: tuple[Choice, ...] = ()
    units: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A decision to be filled in: its title, its fields, what they start with, a remark.

    `subject` is the number it is about; `needed` names fields that the rule will ask for though
    their spec does not; `classes` are those of the lists that judge it. `beside` puts a field to
    the right of another one, `noted` leaves a line below a field for why it was suggested.
    `has_next`: it may be confirmed so that the next one is asked for at once.
    """

    action: str
    title: str
    specs: Sequence[FieldSpec]
    values: Mapping[str, Any] = field(default_factory=dict)
    remark: str = ""
    needed: frozenset[str] = frozenset()
    subject: str = ""
    classes: Sequence[Choice] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    noted: frozenset[str] = frozenset()
    has_next: bool = False

    @property
    def shape(self) -> Hashable:
        """What makes its fields those they are, whatever incident they are about."""
        beside = tuple(self.beside.items())
        return self.action, tuple(self.specs), self.needed, tuple(self.classes), beside, self.noted
