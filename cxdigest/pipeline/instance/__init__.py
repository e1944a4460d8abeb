"""The instance: its backup each day, what it lets go of, and the sign of life that it gives.

Imports the street and what stands below it; no step waits for it.
"""
