"""Commands on what goes out: a preview, deliveries, what is in quarantine, feeds, a test mail.

Composing and sending are steps of ``cxdigest.pipeline``; here they are asked for and told of.
"""
