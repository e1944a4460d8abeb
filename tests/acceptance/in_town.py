"""``cxdigest`` in a town: the real command line, where every host is played by one local server.

``python -m tests.acceptance.in_town URL …`` is ``cxdigest …``; only the way to the web is another,
because no test may reach real hosts and none has their names and certificates.
"""

from __future__ import annotations

import functools
import sys
from types import SimpleNamespace

from cxdigest import app
from cxdigest.cli import main
from tests.town import Road

if __name__ == "__main__":
    server = SimpleNamespace(url=sys.argv.pop(1))
    app.Http = functools.partial(app.Http, transport=Road(server))
    main()
