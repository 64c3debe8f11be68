"""The shape of what people say about a group."""

from groups.forms.ending import DeletionForm, StateForm
from groups.forms.founding import StartForm
from groups.forms.people import FeedLinkForm, InvitationForm, MailForm, PresenceForm, RevokeForm, RoleForm
from groups.forms.rooms import RoomChangeForm, RoomForm
from groups.forms.schedule import BreakForm, ScheduleForm, SessionForm, SessionStateForm
from groups.forms.settings import (
    AgendaForm,
    GeneralForm,
    MarksForm,
    PlaceForm,
    ReadingForm,
    RolesForm,
    SecrecyForm,
    TalkForm,
    VotingForm,
)

__all__ = [
    "AgendaForm",
    "BreakForm",
    "DeletionForm",
    "FeedLinkForm",
    "GeneralForm",
    "InvitationForm",
    "MailForm",
    "MarksForm",
    "PlaceForm",
    "PresenceForm",
    "ReadingForm",
    "RevokeForm",
    "RoleForm",
    "RolesForm",
    "RoomChangeForm",
    "RoomForm",
    "ScheduleForm",
    "SecrecyForm",
    "SessionForm",
    "SessionStateForm",
    "StartForm",
    "StateForm",
    "TalkForm",
    "VotingForm",
]
