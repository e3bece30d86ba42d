"""Facts in, findings and a score out. Pure: knows nothing but the standard library and PyYAML."""
