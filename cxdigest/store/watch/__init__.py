"""How the instance fares: who woke when, what is overdue, what was counted, who was away.

May import ``database`` and ``schema`` alone, so that it answers whatever becomes of other rooms.
"""
