"""The service: keeps, decides and shows; introduces scrapers and rules to each other."""

__version__ = "0.1.0"
