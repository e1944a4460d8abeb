"""Job openings: what is known of each, which are one, what their pages and the judge said.

May import ``database`` and ``schema``. Must not know how an alert came (``arrivals``), who reads
(``people``) or what was sent (``editions``), although it moves their rows where postings merge.
"""
