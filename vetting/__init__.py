"""The service: keeps, decides and shows; introduces scrapers and rules to each other."""
