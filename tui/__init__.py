"""The `banshi` command and the Textual app."""
