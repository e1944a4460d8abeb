"""The whole product with invented people: their alerts, the weeks behind them, what they said.

``openings.yaml`` and ``alerts.yaml`` hold what is invented, ``boards.py`` writes alerts as boards
write them, ``people.py`` the configuration, ``weeks.py`` lets the weeks pass. Asks no server
anything: sources and channels are folders, and pages of postings are never read.
"""
