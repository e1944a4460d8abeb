"""The pages: what links in digests lead to, and the feeds. Routes lie by what they are about.

``site.site`` makes the app, ``server.serving`` listens beside the worker. Nothing here decides what
a posting is or writes SQL, and only ``serve`` imports what needs FastAPI: a command starts fast.
"""
