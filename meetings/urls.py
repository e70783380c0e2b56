from django.urls import path

from meetings.views import feeds, invitations, mails, meetings, preferences, replies

app_name = "meetings"

urlpatterns = [
    path("meetings/", meetings.meeting_list, name="meetings"),
    path("meetings/replies/", replies.replies, name="replies"),
    path("meetings/replies/<int:pk>/", replies.incoming, name="incoming"),
    path("meetings/replies/<int:pk>/mail/", replies.incoming_mail, name="incoming-mail"),
    path("meetings/<slug:slug>/", meetings.meeting, name="meeting"),
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
