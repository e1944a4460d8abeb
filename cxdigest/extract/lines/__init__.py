"""The parts of a mail -> lines, links and boxes, and what one line shows by its shape and words.

Imports nothing of this package but ``mails``. Knows no board and makes no posting.
"""
