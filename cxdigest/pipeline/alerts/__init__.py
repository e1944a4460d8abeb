"""Alerts: what sources bring, whose it is, what it says, and the mails that speak to cxdigest.

May import ``reviews``, whose words a coach may send by mail, and what stands below that. Knows no
digest of today; gives a posting no verdict.
"""
