"""Agendas, meetings as they run, presenters who swap, time that is saved, and times that are looked for."""

from meetings.models.agenda import AgendaChange, AgendaItem, Part
from meetings.models.poll import Poll, Slot, SlotAnswer
from meetings.models.running import Attendance, Hand, Note
from meetings.models.saved_time import SavedTime
from meetings.models.swap import Swap
from meetings.models.template import AgendaTemplate

__all__ = [
    "AgendaChange",
    "AgendaItem",
    "AgendaTemplate",
    "Attendance",
    "Hand",
    "Note",
    "Part",
    "Poll",
    "SavedTime",
    "Slot",
    "SlotAnswer",
    "Swap",
]
