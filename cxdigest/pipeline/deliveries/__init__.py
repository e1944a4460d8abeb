"""Deliveries: a digest written out whatever breaks in it, and each delivery that is due sent once.

Imports the street and what stands below it. Chooses nothing.
"""
