from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        from coordination.base import doors, navigation
        from coordination.base.authorisation import may
        from meetings import (
            following,
            forum_panels,
            meeting_panels,
            permissions,  # noqa: F401  # imported for what it registers
        )
        from meetings.models import Action, Feed, IncomingReply, OutgoingMail
        from meetings.views import convening

        doors.register(doors.CONVENE, convening.door)
        following.register()
        meeting_panels.register()
        forum_panels.register()
        # Planned meetings stand beside networks and the meetings that were held.
        pages = (
            "meeting-new",
            "meeting",
            "meeting-edit",
            "meeting-invite",
            "meeting-people",
            "meeting-history",
        )
        more = (
            "convene",
            "item-decide",
            "item-action",
            "decision",
            "actions",
            "action",
            "network-health-answer",
            "meetings",
            "meeting-cancel",
            "meeting-hold",
            "meeting-undo-hold",
            "series-new",
            "invitation-answer",
            "agenda",
            "item-edit",
            "minutes",
        )
        polls = ("new", "edit", "times", "send", "choose", "close")
        life = ("seat-address", "network-pause", "pause-edit", "network-write", "circular", "network-ask")
        further = ("poll", *(f"poll-{name}" for name in polls), *life, "seatrequest")
        navigation.include("networks", *(f"meetings:{name}" for name in (*pages, *more, *further)))
        navigation.register(
            "actions",
            pgettext_lazy("meeting", "Actions"),
            "meetings:actions",
            25,
            place=navigation.USER,
            also=("meetings:action",),
            allowed=lambda user: may(user, "view", Action),
        )
        navigation.register(
            "calendars",
            _("Calendars"),
            "meetings:calendars",
            30,
            place=navigation.USER,
            allowed=lambda user: may(user, "add", Feed),
        )
        navigation.register(
            "mails",
            _("Outgoing mail"),
            "meetings:mails",
            70,
            place=navigation.USER,
            also=("meetings:mail",),
            allowed=lambda user: may(user, "view", OutgoingMail),
        )
        navigation.register(
            "replies",
            _("Replies by mail"),
            "meetings:replies",
            25,
            place=navigation.USER,
            also=("meetings:incoming",),
            allowed=lambda user: may(user, "view", IncomingReply),
        )
