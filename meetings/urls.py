from django.urls import path

from meetings.views import feeds, invitations, meetings

app_name = "meetings"

urlpatterns = [
    path("meetings/", meetings.meeting_list, name="meetings"),
    path("meetings/<slug:slug>/", meetings.meeting, name="meeting"),
    path("calendars/", feeds.calendars, name="calendars"),
    path("calendars/<int:pk>/revoke/", feeds.revoke, name="feed-revoke"),
    path("feeds/<str:secret>.ics", feeds.fetch_feed, name="feed"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
]
