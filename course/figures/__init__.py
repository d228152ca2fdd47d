"""Figures: the colours and the words of pictures in SVG."""
