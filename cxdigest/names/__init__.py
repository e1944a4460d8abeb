"""What employers and places are called: one in many spellings, and how two names relate.

Pure, and knows no posting: identity compares openings with it, wishes what people ask for.
"""
