"""The collaboration graph as pure algorithms: records -> ties -> measures, layout and files.

Nothing here knows Django, a clock or a file system. Actors are ids (strings), days are dates.
"""
