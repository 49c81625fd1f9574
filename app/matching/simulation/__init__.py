"""Last year once more: what other weights or another rhythm would have come to."""
