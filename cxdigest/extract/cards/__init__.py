"""Lines and links of a mail -> its postings: which belong together, and what each of them says.

May import ``lines`` and below. Knows no board; what a format does not know itself it asks here.
"""
