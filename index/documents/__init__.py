"""Files → documents: one loader per format."""
