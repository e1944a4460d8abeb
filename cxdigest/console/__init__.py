"""What the console shows and changes, as plain records; pages and JSON are its two faces.

One module a subject (today, posting, trial, sources, clients, numbers, archive). Functions take the
street, the profiles that the caller may see, and ``now``; they know no HTTP and ask nobody's leave:
who may is decided in ``web.who`` before they are called.
"""
