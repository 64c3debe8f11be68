"""What can be done with an agenda and a meeting."""

from meetings.actions.after import keep_what_stays
from meetings.actions.agenda import (
    add_paper,
    add_topic,
    change_item,
    drop_item,
    move_item,
    restore_item,
    set_kind,
    suggest_agenda,
)
from meetings.actions.by_clock import carry_on, carry_on_all
from meetings.actions.changing import Stale
from meetings.actions.polls import answer_times, change_times, choose_time, offer_times, set_poll_open
from meetings.actions.presenters import set_coming, set_cue, set_presenter
from meetings.actions.roles import set_part
from meetings.actions.run import add_note, finish_item, set_hand, set_here, start_meeting
from meetings.actions.session import close_meeting, publish_agenda
from meetings.actions.sessions import move_meeting, set_cancelled
from meetings.actions.swapping import ask_swap, set_swap
from meetings.actions.template import reset_template, save_template

__all__ = [
    "Stale",
    "add_note",
    "add_paper",
    "add_topic",
    "answer_times",
    "ask_swap",
    "carry_on",
    "carry_on_all",
    "change_item",
    "change_times",
    "choose_time",
    "close_meeting",
    "drop_item",
    "finish_item",
    "keep_what_stays",
    "move_item",
    "move_meeting",
    "offer_times",
    "publish_agenda",
    "reset_template",
    "restore_item",
    "save_template",
    "set_cancelled",
    "set_coming",
    "set_cue",
    "set_hand",
    "set_here",
    "set_kind",
    "set_part",
    "set_poll_open",
    "set_presenter",
    "set_swap",
    "start_meeting",
    "suggest_agenda",
]
