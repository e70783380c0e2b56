"""Invitations as calendars understand them: what to send, as which bytes, and what a reply says. Pure.

RFC 5545 (iCalendar), RFC 5546 (iTIP) and RFC 6047 (iMIP). No database, no clock, no file is opened.
"""
