"""YTEMPIRE runs many YouTube channels by itself: discover, produce, publish, measure, learn."""
