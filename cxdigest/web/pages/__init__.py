"""The console's pages, one module a subject: take in what was asked, show it."""
