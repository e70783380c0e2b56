"""The pages that join all apps: the first page by role, what falls due, what changed."""
