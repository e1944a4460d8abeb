"""Alert mails, one file a board's format, and ``fallback.py`` for any other board.

A format knows how its board writes; how cards and lines are found in a mail stands in ``cards`` and
``lines``. None knows another. Boards that need no program are YAML files in ``formats/``.
"""
