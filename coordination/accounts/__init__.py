"""Login, the users that coordinators look after, and one's own account."""
