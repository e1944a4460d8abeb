"""Digests: chosen for one profile and one local day, written once and kept with their deliveries.

May import ``reviews``, ``deliveries`` and ``postings``, and what stands below those. Sends nothing,
and fetches nothing.
"""
