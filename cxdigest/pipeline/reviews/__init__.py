"""Reviews: what a coach is sent, and what a coach does with a digest that waits.

May import ``deliveries``, and what stands below the street. Chooses no posting for a digest.
"""
