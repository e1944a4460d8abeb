"""x"""
from cxdigest.extract.format import MailFormat
from cxdigest.model import Extraction
FORMAT = MailFormat(name="fallback", recognises=lambda m: False, read=lambda m: Extraction(format="fallback", outcome="empty"))
