from meetings.models.outbox import OutgoingMail

__all__ = ["OutgoingMail"]
