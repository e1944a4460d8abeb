"""The console's JSON answers under ``/api/v1``, of the same records and with the same rights."""
