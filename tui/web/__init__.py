"""The app in a browser: textual-serve with a door in front of it."""
