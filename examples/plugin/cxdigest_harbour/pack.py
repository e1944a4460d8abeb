"""The rules of ``packs/harbour.yaml``."""

from cxdigest.rules import pack_in

PACK = pack_in("cxdigest_harbour", "packs/harbour.yaml")
