"""Any mail, whoever wrote it: its bytes read, who sent it, whom it was for, what it answers.

Below all other rooms of this package, and imports none of them. Knows no board and no posting.
"""
