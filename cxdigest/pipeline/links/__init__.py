"""Links by which somebody who got a mail answers it: what they carry, and where they lead.

Below the street, and imports nothing of this package. A link does nothing by itself.
"""
