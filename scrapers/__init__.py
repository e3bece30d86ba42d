"""The public web in, one Snapshot out. Knows requests and bs4; knows nothing of Flask, SQLAlchemy or the rules."""
