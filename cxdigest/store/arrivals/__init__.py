"""What arrives: sources and their polls, alerts and their bytes, and reading them again.

May import ``openings``, which the alerts show, and what is below. Must not import ``people`` or
``editions``: whose an alert is, is a name to it.
"""
