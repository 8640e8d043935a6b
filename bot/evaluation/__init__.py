"""How good the answers are: gold questions asked, the answers judged, the figures reported."""
