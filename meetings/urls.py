from django.urls import path

from meetings.views import invitations, meetings

app_name = "meetings"

urlpatterns = [
    path("meetings/", meetings.meeting_list, name="meetings"),
    path("meetings/<slug:slug>/", meetings.meeting, name="meeting"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
]
