from django.urls import path

from meetings.views import (
    feeds,
    invitations,
    mails,
    meetings,
    planning,
    preferences,
    replies,
    running,
    series,
)

app_name = "meetings"

urlpatterns = [
    path("meetings/", meetings.meeting_list, name="meetings"),
    path("meetings/replies/", replies.replies, name="replies"),
    path("meetings/replies/<int:pk>/", replies.incoming, name="incoming"),
    path("meetings/replies/<int:pk>/mail/", replies.incoming_mail, name="incoming-mail"),
    path("meetings/new/", planning.new, name="meeting-new"),
    path("meetings/new/series/", series.new, name="series-new"),
    path("meetings/<slug:slug>/", meetings.meeting, name="meeting"),
    path("meetings/<slug:slug>/edit/", planning.edit, name="meeting-edit"),
    path("meetings/<slug:slug>/invite/", running.invite, name="meeting-invite"),
    path("meetings/<slug:slug>/people/", running.people, name="meeting-people"),
    path("meetings/<slug:slug>/cancel/", running.cancel, name="meeting-cancel"),
    path("meetings/<slug:slug>/held/", running.hold, name="meeting-hold"),
    path("meetings/<slug:slug>/not-held/", running.undo_hold, name="meeting-undo-hold"),
    path("meetings/<slug:slug>/history/", meetings.history, name="meeting-history"),
    path("meetings/<slug:slug>/calendar/", meetings.calendar, name="meeting-calendar"),
    path("answers/<int:pk>/", invitations.answer, name="invitation-answer"),
    path("calendars/", feeds.calendars, name="calendars"),
    path("calendars/<int:pk>/revoke/", feeds.revoke, name="feed-revoke"),
    path("feeds/<str:secret>.ics", feeds.fetch_feed, name="feed"),
    path("mail/", mails.mail_list, name="mails"),
    path("mail/send-again/", mails.send_all_again, name="mails-again"),
    path("mail/<int:pk>/", mails.mail, name="mail"),
    path("mail/<int:pk>/html/", mails.mail_html, name="mail-html"),
    path("mail/<int:pk>/mail.eml", mails.mail_file, name="mail-file"),
    path("mail/<int:pk>/send-again/", mails.send_again, name="mail-again"),
    path("mail/preferences/", preferences.own, name="own-preferences"),
    path("mail/preferences/<str:secret>/", preferences.by_link, name="preferences"),
    path(
        "mail/unsubscribe/<str:secret>/<str:what>/", preferences.unsubscribe, name="preferences-unsubscribe"
    ),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
]
