"""What the console shows and changes, as plain records; pages and JSON are its two faces.

A room a subject (clients, digests, postings, rules, numbers, instance), a module a page; below them
``drawn``, how they are shown, and ``kept``, the answers of the last minute. Functions take the
street, the profiles that the caller may see, and ``now``; they know no HTTP and ask nobody's leave:
who may is decided in ``web.who`` before they are called.
"""
