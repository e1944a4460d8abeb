"""Commands on postings: explained, exported, parted again, given the duties that were pasted.

Ask the store; how a posting is judged or merged is no matter of this room.
"""
